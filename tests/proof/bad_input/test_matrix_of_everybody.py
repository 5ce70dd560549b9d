"""Every operation with an id, asked by everybody, for everybody's things: made from the document.

`tests/api/test_matrix.py` asks as those who have a good token; here come the staff, a front end
with less scope, tokens that were good once, and the sessions, roles and accounts of others as well.
"""

from dataclasses import replace
from typing import Final

import pytest

from tests.proof.bad_input.doors import good_body
from tests.proof.bad_input.realm import BAD_TOKENS, PEOPLE, READS_ONLY, THINGS, Realm, Things
from tests.support.http import Operation
from tests.support.proof import Proof

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

Expected = tuple[int, str]

PUBLIC: Final = frozenset({"account_id", "role", "code"})
"""Parameters that name what everybody may see who may use the operation at all."""


def expected(operation: Operation, person: str, thing: str) -> Expected | None:
    """Return status and code of the refusal by rule alone; `None`: it is done."""
    security = operation.spec["security"]
    if not security:
        return None
    return (
        _refused_for_token(operation, person)
        or _refused_for_role(operation, person)
        or _refused_for_thing(operation, person, thing)
    )


def _refused_for_token(operation: Operation, person: str) -> Expected | None:
    security = operation.spec["security"]
    if person == "anonymous":
        return None if {} in security else (401, "unauthenticated")
    if person in BAD_TOKENS or (person == "guest" and {"visitor_pass": []} not in security):
        return 401, "bad_token"
    if person == READS_ONLY and operation.method != "GET":
        return 403, "insufficient_scope"
    return None


def _refused_for_role(operation: Operation, person: str) -> Expected | None:
    is_for_staff = "403" in operation.spec["responses"] and "staff_only" in str(
        operation.spec["responses"]["403"]
    )
    return (403, "staff_only") if is_for_staff and person != "staff" else None


def _refused_for_thing(operation: Operation, person: str, thing: str) -> Expected | None:
    names = set(operation.parameters)
    is_own = person in {"owner", READS_ONLY} and thing == "own"
    if "token" in names:
        if thing in {"deleted", "random"}:
            return 404, "list_not_found"
        return (403, "own_item") if is_own and "item_id" in names else None
    if "list_id" in names:
        return None if is_own else (404, "list_not_found")
    if "pledge_id" in names:
        is_givers = (person, thing) in {("giver", "own"), ("guest", "foreign")}
        return None if is_givers else (404, "pledge_not_found")
    if "session_id" in names:
        return None if is_own else (404, "session_not_found")
    assert names <= PUBLIC, f"{operation.name}: write down who may reach it."
    is_there = thing in {"own", "foreign"} or operation.name == "unfollow"
    return None if is_there else (404, "account_not_found")


def with_ids(realm: Realm) -> list[Operation]:
    found = [o for o in realm.world.nobody.contract.operations if o.parameters]
    assert len(found) > 25
    return found


@pytest.fixture
def things(realm: Realm) -> dict[str, Things]:
    return realm.things()


def test_every_operation_answers_everybody_by_the_rules(
    realm: Realm, things: dict[str, Things], proof: Proof
) -> None:
    wrong: list[str] = []
    for operation in with_ids(realm):
        done: set[tuple[str, str]] = set()
        refusals: dict[tuple[str, int], set[bytes]] = {}
        for person in PEOPLE:
            for thing in THINGS:
                wanted = expected(operation, person, thing)
                if wanted is None and _removes(operation):
                    done.add((person, thing))
                    continue
                answer = realm.people[person].send(
                    operation.method,
                    things[thing].fill(operation.path),
                    good_body(realm, operation),
                )
                proof.inject(f"asked by {person}")
                if answer.status_code < 300:
                    done.add((person, thing))
                    code: Expected | None = None
                else:
                    code = (answer.status_code, answer.json()["code"])
                    refusals.setdefault((person, answer.status_code), set()).add(answer.content)
                if not _is_as_wanted(operation, code, wanted):
                    wrong.append(f"{operation.name} {person} {thing}: {code} ≠ {wanted}")
        assert done, f"{operation.name}: nobody may do it, so the others prove nothing."
        several = {who: texts for who, texts in refusals.items() if len(texts) > 1}
        # Of one status and one person: what is somebody else's, and what is not there at all.
        assert not [who for who in several if who[1] == 404], (operation.name, several)
    assert wrong == []


def _is_as_wanted(operation: Operation, got: Expected | None, wanted: Expected | None) -> bool:
    if operation.name == "make_pledge" and wanted is None:
        # What may be done may still not be possible: an item that is fully paid, say.
        return got is None or got[0] == 409
    return (operation.name == "follow" and got == (422, "own_account")) or got == wanted


def _removes(operation: Operation) -> bool:
    """Say whether it would take the thing from those who come next: they get one of their own."""
    return operation.method == "DELETE" or operation.name == "make_share_link"


def test_what_is_allowed_to_remove_removes(realm: Realm, proof: Proof) -> None:
    for operation in with_ids(realm):
        if not _removes(operation):
            continue
        pairs = [(who, thing) for who in PEOPLE for thing in THINGS]
        allowed = [pair for pair in pairs if expected(operation, *pair) is None]
        assert allowed, operation.name
        for person, thing in allowed:
            path = realm.thing(thing).fill(operation.path)
            answer = realm.people[person].send(operation.method, path)
            assert answer.status_code < 300, (operation.name, person, thing, answer.text)
            proof.inject("removed by whom it belongs to")


def test_a_thing_is_found_only_below_what_it_belongs_to(
    realm: Realm, things: dict[str, Things], proof: Proof
) -> None:
    own = things["own"]
    for operation in with_ids(realm):
        if not {"item_id"} < set(operation.parameters):
            continue
        person = "giver" if "token" in operation.parameters else "owner"
        answers = set()
        for thing in ("foreign", "deleted", "random"):
            path = replace(own, item_id=things[thing].item_id).fill(operation.path)
            answer = realm.people[person].send(operation.method, path, good_body(realm, operation))
            answers.add((answer.status_code, answer.content))
            proof.inject("an item of another list")
        assert {status for status, _ in answers} == {404}, operation.name
        assert len(answers) == 1, operation.name
