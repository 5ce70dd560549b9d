"""Who sees what of a list: every combination."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

from wishcore.lists.models import ListState
from wishcore.lists.visibility import is_owner, may_see_funding, shown_state

NOW = datetime(2026, 11, 20, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
OWNER, OTHER = UUID(int=1), UUID(int=2)


def test_funding_is_for_identified_givers() -> None:
    seen = {
        (identified, owner)
        for identified, owner in product([False, True], repeat=2)
        if may_see_funding(is_identified=identified, is_owner=owner)
    }
    assert seen == {(True, False)}


def test_owners_are_known_by_id_and_by_address() -> None:
    for viewer_id, email in product([None, OWNER, OTHER], [None, "owner@x.org", "other@x.org"]):
        owns = is_owner(
            viewer_id=viewer_id, viewer_email=email, owner_id=OWNER, owner_email="owner@x.org"
        )
        assert owns is (viewer_id == OWNER or email == "owner@x.org")


def test_the_shown_state_follows_the_clock() -> None:
    for stored, ahead in product(ListState, [INSTANT, timedelta(0), -INSTANT]):
        shown = shown_state(stored, NOW + ahead, now=NOW)
        is_active = stored is ListState.ACTIVE and ahead == INSTANT
        assert shown is (ListState.ACTIVE if is_active else ListState.INACTIVE)
