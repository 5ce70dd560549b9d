"""Requests made from the served document: right ones, wrong ones, and chains of them.

schemathesis asks as everybody, with every check that it has, and the server is a real process. The
checks of schemathesis: no 5xx; status, media type, headers and body as declared; what violates the
document is refused; what fits it is accepted, or refused by a rule that no schema can tell
(`RULES_BEYOND_SCHEMAS`); methods that a path does not know are refused, with `Allow`; nothing is
answered without the token that the document asks for; nothing is found after it was removed.
"""

from typing import Final

import pytest

from tests.proof.bad_input.generated import Seen, chains, every_boundary, random_requests
from tests.proof.bad_input.realm import Realm
from tests.support.proof import Proof

NEEDS_A_SECRET: Final = {
    "confirm_sign_up": "the code of a letter",
    "change_email": "the code of a letter",
    "reset_password": "the code of a letter",
    "confirm_code": "the code of a letter",
    "issue_tokens": "the name and the password of the same account",
    "exchange_for_tokens": "a code from the sign-in page",
    "revoke_for_front_end": "a registered front end",
    "stripe_notice": "a signature of Stripe's",
}
"""What no generator reaches: tests/api does, and most of it the making of this realm."""

EACH: Final = 28
"""Random requests for each operation."""
CHAINS: Final = 88
LEAST: Final[dict[str, int]] = {"boundaries": 2000, "random": 1350, "chains": 1650}
"""Together the 5,000 cases that every change has to pass, on SQLite alone: what is refused at the
door meets no database."""

ASKED_BY: Final = ("owner", "staff", "guest", "anonymous")
"""Some of those who have to ask."""
GOES_ON: Final = ("create_list", "add_item", "make_share_link", "shared_list", "make_pledge")
"""How far one chain has to get at least, of all of them."""

pytestmark = [
    pytest.mark.nightly("postgres"),
    pytest.mark.filterwarnings(
        # Of the tool about itself: its threads share one source of chance, and its cases are long.
        "ignore:Do not use the `random` module inside strategies",
        "ignore:Generating overly large repr",
    ),
]


def test_every_boundary_of_the_document_is_answered_as_declared(realm: Realm, proof: Proof) -> None:
    seen = every_boundary(realm, seed=proof.random.getrandbits(32), dice=proof.random)

    judge(seen, proof, "boundaries", least=LEAST["boundaries"])
    operations = {o.name for o in realm.world.nobody.contract.operations}
    assert operations - seen.accepted.keys() == NEEDS_A_SECRET.keys()


@pytest.mark.parts(30)
@pytest.mark.timeout(3600)
def test_random_requests_are_answered_as_declared(realm: Realm, proof: Proof) -> None:
    each = proof.size(EACH, 3000)
    seen = random_requests(realm, seed=proof.random.getrandbits(32), each=each, dice=proof.random)

    judge(seen, proof, "random", least=LEAST["random"] * each // EACH)
    for who in ASKED_BY:
        proof.reach(f"asked by: {who}", seen.people[who], of=seen.people.total(), share=0.008)


@pytest.mark.parts(30)
@pytest.mark.timeout(3600)
def test_chains_of_requests_are_answered_as_declared(realm: Realm, proof: Proof) -> None:
    size = proof.size(CHAINS, 3000)
    seen = chains(realm, seed=proof.random.getrandbits(32), scenarios=size, dice=proof.random)

    judge(seen, proof, "chains", least=LEAST["chains"] * size // CHAINS)
    for done in GOES_ON:
        proof.reach(f"chain that got to {done}", seen.accepted[done], of=size, share=0.02)


def judge(seen: Seen, proof: Proof, what: str, *, least: int) -> None:
    """Insist that nothing failed, and that it was asked often enough to say so."""
    cases = sum(seen.cases.values())
    proof.inject(f"generated cases: {what}", cases)
    assert seen.errors == []
    assert seen.failures == [], "\n".join(seen.failures[:10])
    assert cases >= least
