"""Requests that schemathesis makes from the served document, sent as real people to real things."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import hypothesis
import requests
import schemathesis
from hypothesis import strategies
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS
from schemathesis import CheckFunction, GenerationMode, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.stateful import APIStateMachine, run_state_machine_as_test
from schemathesis.specs.openapi.checks import ensure_resource_availability, ignored_auth

from tests.api.world import PASSWORD, Shared, in_days, new_email
from tests.proof.bad_input.crowd import Cast, Crowd
from tests.proof.bad_input.known_rules import is_known_rule
from tests.proof.bad_input.linked import linked
from tests.proof.bad_input.narrowed import narrowed
from tests.proof.bad_input.realm import Realm
from tests.support.http import Json

Schema = Any  # schemathesis leaves its own types open
Case = Any

DRAWN_ANEW: Final = "drawn anew"
AVAILABLE_PROVIDERS[DRAWN_ANEW] = "hypothesis.internal.conjecture.providers.HypothesisProvider"
"""Hypothesis's own way to draw, under another name: each case by itself.

Under its own name it compares each case with what it knows of earlier ones, which costs as much
as the drawing, and gives up when a server answers the same question differently: that is, when
anything was done there.
"""

PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
NO_CHAIN: Final = [
    "confirm_sign_up", "change_email", "reset_password", "confirm_code", "issue_tokens",
    "ask_to_reset", "ask_to_change_email", "sign_up", "ask_for_code",
]  # fmt: skip
"""They go on with what is in a letter: no chain gets past them."""
STEPS_MAX: Final = 20
"""Of one chain."""
SAME_MAX: Final = 2
"""How often an operation is asked that takes nothing: it is the same request each time."""


@dataclass
class Seen:
    """What a run sent, and what came back."""

    cases: Counter[str] = field(default_factory=Counter)
    """By tag; not counted is what a check asks once more (without the token, say)."""
    accepted: Counter[str] = field(default_factory=Counter)
    """How often operations answered 2xx."""
    people: Counter[str] = field(default_factory=Counter)
    """Who asked how often."""
    failures: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def count(self, case: Case, response: Response | None) -> None:
        """Count a case, and what it did."""
        definition = case.operation.definition.raw
        self.cases[definition["tags"][0]] += 1
        is_its_method = case.method.upper() == case.operation.method.upper()
        if response is not None and is_its_method and 200 <= response.status_code < 300:
            self.accepted[definition["operationId"]] += 1

    def add(self, recorder: ScenarioRecorder) -> None:
        """Add what a scenario of the engine did."""
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases[case_id]
            if node.parent_id is None:
                self.count(node.value, interaction.response)
            for check in recorder.checks.get(case_id, ()):
                if check.failure_info is not None and interaction.response is not None:
                    self.failed(check.failure_info.failure, interaction.response)

    def failed(self, failure: Failure, response: Response) -> None:
        """Add what a check found."""
        request = response.request
        self.failures.append(
            f"{type(failure).__name__}: {failure.title}: {failure.message[:300]}\n"
            f"  {request.method} {str(request.url)[:300]} {str(request.body)[:300]}\n"
            f"  → {response.status_code} {response.text[:300]}"
        )


def every_boundary(realm: Realm, *, seed: int, dice: random.Random) -> Seen:
    """Let schemathesis ask with every example, and on both sides of every limit."""
    seen = Seen()
    document = narrowed(realm.world.nobody.contract.document, realm)
    schema = _loaded(
        document, realm, phases=["examples", "coverage"], values=_good_values(realm), seed=seed
    )
    _let_ask(schema, Crowd(realm, dice))
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            seen.add(event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            seen.errors.append(str(event.value if hasattr(event, "value") else event))
    return seen


def random_requests(realm: Realm, *, seed: int, each: int, dice: random.Random) -> Seen:
    """Ask each operation so often, half of it with what violates the document."""
    asker = _Asker(Crowd(realm, dice))
    document = narrowed(realm.world.nobody.contract.document, realm)
    values = _good_values(realm)
    schema = _loaded(document, realm, phases=["fuzzing"], values=values, seed=seed)
    _let_ask(schema, asker.crowd)
    for operation in (found.ok() for found in schema.get_all_operations()):
        takes_something = bool(operation.body) or any(operation.iter_parameters())
        case = strategies.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )
        ask = hypothesis.given(case=case)(_asking(asker))
        ask = _settings(each if takes_something else min(each, SAME_MAX))(ask)
        with asker.session:
            hypothesis.seed(dice.getrandbits(32))(ask)()
    asker.seen.people += asker.crowd.people
    return asker.seen


def _asking(asker: "_Asker") -> Callable[[Case], None]:
    # hypothesis wants a function of its own for each strategy.
    def ask(case: Case) -> None:
        asker.check(case, case.call(session=asker.session))

    return ask


def chains(realm: Realm, *, seed: int, scenarios: int, dice: random.Random) -> Seen:
    """Let each answer's ids be what the next requests ask for, so many times anew."""
    cast = Cast(realm, dice)
    asker = _Asker(cast)
    kept = realm.shared("other", price=10_000_000)  # Nobody of the cast can remove it.
    document = linked(realm.world.nobody.contract.document, kept)
    schema = _loaded(
        document,
        realm,
        phases=["stateful"],
        values=_good_values(realm) | _good_ids(realm, kept),
        seed=seed,
    )
    _let_ask(schema, cast)
    machine: type[APIStateMachine] = schema.exclude(operation_id=NO_CHAIN).as_state_machine()

    class Chain(machine):  # type: ignore[valid-type, misc]
        """One chain, by one cast."""

        def setup(self) -> None:
            cast.begin()

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"session": asker.session}

        def validate_response(self, response: Response, case: Case, **_more: Any) -> None:
            authorization = case.headers.get("Authorization", "")
            is_outsider = cast.must_be_refused(case.operation.path, authorization)
            if is_outsider and response.status_code < HTTPStatus.BAD_REQUEST:
                asker.seen.failures.append(
                    f"An outsider did {case.operation.label}: {response.text}"
                )
            # It insists that what was made is there, and cannot know that it is not for everybody.
            excluded = [ensure_resource_availability] if is_outsider else []
            asker.check(case, response, excluded=excluded, recorder=self.recorder)

    hypothesis.seed(seed)(Chain)
    with asker.session:
        run_state_machine_as_test(Chain, settings=_settings(scenarios))
    return asker.seen


def _settings(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        backend=DRAWN_ANEW,
        max_examples=examples,
        stateful_step_count=STEPS_MAX,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


class _Asker:
    """Checks what comes back, and goes on whatever it is."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.seen = Seen()
        self.session = requests.Session()
        # Neither proxies nor passwords of whoever runs the tests, and no cookies of ours.
        self.session.trust_env = False
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._locked: set[str] = set()
        """Operations that were tried without the token: once is enough, as it is for the engine."""

    def check(
        self,
        case: Case,
        response: Response,
        *,
        excluded: Sequence[CheckFunction] = (),
        recorder: ScenarioRecorder | None = None,
    ) -> None:
        """Hold an answer against every check but the excluded ones."""
        self.seen.count(case, response)
        name, was_done = case.operation.label, 200 <= response.status_code < 300
        try:
            case.validate_response(
                response,
                excluded_checks=[*excluded, *([ignored_auth] if name in self._locked else [])],
                transport_kwargs={"session": self.session},
                recorder=recorder,
            )
        except FailureGroup as group:
            for failure in group.exceptions:
                self.seen.failed(failure, response)
        else:
            if was_done:
                self._locked.add(name)


def _loaded(
    document: Json,
    realm: Realm,
    *,
    phases: Collection[str],
    values: Mapping[str, list[Any]],
    seed: int,
) -> Schema:
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"no-shrink": True, "database": "none"},
            "phases": {name: {"enabled": name in phases} for name in PHASES},
            "dictionaries": {name.replace(".", "_"): {"values": v} for name, v in values.items()},
            "parameters": {
                name: {"dictionary": name.replace(".", "_"), "probability": 0.8} for name in values
            },
            "operations": [
                {
                    # A pledge that was taken back stays in its giver's book, and says so.
                    "include-operation-id": ["return_pledge", "own_pledge"],
                    "checks": {"use_after_free": {"enabled": False}},
                },
                {
                    # The id that signing up answers belongs to a letter; an account has another.
                    "include-operation-id": ["public_profile", "followers", "following"],
                    "checks": {"ensure_resource_availability": {"enabled": False}},
                },
            ],
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=realm.world.server.url)
    return schema


def _good_ids(realm: Realm, kept: Shared) -> dict[str, list[Any]]:
    """Return what exists, by the parameter that asks for it, and texts that lead on."""
    made = [realm.shared() for _ in range(4)]
    return {
        "path.list_id": [*(one.list_id for one in made), kept.list_id],
        "path.item_id": [kept.item_id],
        "path.token": [kept.token],
        "path.account_id": list(realm.accounts.values()),
        "path.role": ["seller"],
        "path.code": ["invalid", "not_found"],
        "body.title": ["Bicycle"],
        "body.description": ["For the way to work"],
        "body.occasion": ["Birthday"],
        "body.note": ["The blue one"],
        "body.message": ["For you"],
        "body.url": ["https://www.amazon.com/dp/B0916J478T"],
        "body.price.amount_minor": [10_000],
        "body.quantity": [1],
        "body.priority": [1],
        "body.price_source": ["manual"],
    }


def _good_values(realm: Realm) -> dict[str, list[Any]]:
    """Return what bodies may say, by the member that asks for it."""
    return {
        "body.deadline": [in_days(30)],
        "body.currency": ["USD"],
        "body.price.currency": ["USD"],
        "body.amount.currency": ["USD"],
        "body.amount.amount_minor": [500, 1000],
        "body.email": [*realm.emails.values(), new_email()],
        "body.password": [PASSWORD],
        "body.payment_method": ["pm_card_visa", "pm_card_chargeDeclined"],
    }


def _let_ask(schema: Schema, crowd: Crowd) -> None:
    class Bearer:
        """The token of somebody."""

        def get(self, case: Case, _context: Any) -> str | None:
            return crowd.token_for(_name(case), case.operation.path)

        def set(self, case: Case, token: str, _context: Any) -> None:
            case.headers["Authorization"] = f"Bearer {token}"

    schema.auth(refresh_interval=None)(Bearer)

    @schema.hook  # type: ignore[untyped-decorator]
    def after_call(context: Any, case: Case, response: Response) -> None:
        if 200 <= response.status_code < 300:
            crowd.was_done(_name(case), case.headers.get("Authorization", ""))

    @schema.hook  # type: ignore[untyped-decorator]
    def filter_failure(context: Any, failure: Failure, case: Case, response: Response) -> bool:
        return not is_known_rule(failure, case, response)


def _name(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])
