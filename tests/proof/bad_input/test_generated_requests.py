"""Requests made from the served document: right ones, wrong ones, and chains of them.

schemathesis asks as everybody, with every check that it has, and the server is a real process. The
checks of schemathesis: no 5xx; status, media type, headers and body as declared; what violates the
document is refused; what fits it is accepted, or refused by a rule that no schema can tell
(`RULES_BEYOND_SCHEMAS`); methods that a path does not know are refused, with `Allow`; nothing is
answered without the token that the document asks for; nothing is found after it was removed.
"""

from typing import Final

import pytest

from tests.conftest import Engine
from tests.proof.bad_input.generated import Seen, generated
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

FUZZED: Final[dict[Engine, int]] = {"sqlite": 30, "postgres": 5}
"""Random requests for each operation. What is refused at the door never meets the database."""
CHAINS: Final[dict[Engine, int]] = {"sqlite": 100, "postgres": 40}
ROUNDS_MAX: Final = 8
"""The generator gives a round up when it finds nothing new; the next one has another seed."""

pytestmark = pytest.mark.filterwarnings(
    # Of the tool about itself: its threads share one source of chance, and its cases are long.
    "ignore:Do not use the `random` module inside strategies",
    "ignore:Generating overly large repr",
)


@pytest.mark.nightly("postgres")
def test_every_boundary_of_the_document_is_answered_as_declared(realm: Realm, proof: Proof) -> None:
    seen = _asked(realm, proof, "examples", "coverage", examples=10)

    operations = {o.name for o in realm.world.nobody.contract.operations}
    assert operations - seen.accepted == NEEDS_A_SECRET.keys()


@pytest.mark.parts(30)
@pytest.mark.timeout(1800)
def test_random_requests_are_answered_as_declared(
    realm: Realm, proof: Proof, engine: Engine
) -> None:
    seen = _asked(realm, proof, "fuzzing", examples=proof.size(FUZZED[engine], 3000))

    assert seen.people.keys() > {"owner", "staff", "guest", "anonymous"}


@pytest.mark.parts(30)
@pytest.mark.timeout(1800)
def test_chains_of_requests_are_answered_as_declared(
    realm: Realm, proof: Proof, engine: Engine
) -> None:
    size, sent = proof.size(CHAINS[engine], 9000), 0
    for _ in range(ROUNDS_MAX):
        seen = _asked(realm, proof, "stateful", examples=size)
        sent += sum(seen.cases.values())
        if sent > 2 * size:
            return
    pytest.fail(f"Only {sent} requests in {ROUNDS_MAX} rounds: these are no chains.")


def _asked(realm: Realm, proof: Proof, *phases: str, examples: int) -> Seen:
    seen = generated(
        realm,
        seed=proof.random.getrandbits(32),
        examples=examples,
        phases=frozenset(phases),
        dice=proof.random,
    )
    for tag, times in seen.cases.items():
        proof.inject(f"{phases[-1]}: {tag}", times)
    assert seen.errors == []
    assert seen.failures == [], "\n".join(seen.failures[:10])
    return seen
