"""Who may see what of a list. Pure: the surprise depends on these few lines."""

from datetime import datetime
from uuid import UUID

from wishcore.lists.models import ListState
from wishcore.times import has_passed


def shown_state(stored: ListState, deadline: datetime, *, now: datetime) -> ListState:
    """Return the state that everybody sees.

    It follows the clock, not the job that closes lists: when that job runs, and what it finds,
    must not show.
    """
    is_over = stored is ListState.INACTIVE or has_passed(deadline, now=now)
    return ListState.INACTIVE if is_over else ListState.ACTIVE


def is_owner(
    *, viewer_id: UUID | None, viewer_email: str | None, owner_id: UUID, owner_email: str
) -> bool:
    """Say whether the viewer is the owner, also when the owner comes as a guest."""
    return viewer_id == owner_id or viewer_email == owner_email


def may_see_funding(*, is_identified: bool, is_owner: bool) -> bool:
    """Say whether funding is shown: to identified givers only.

    Somebody anonymous may be the owner, signed out.
    """
    return is_identified and not is_owner
