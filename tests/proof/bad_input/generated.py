"""Requests that schemathesis makes from the served document, sent as real people to real things."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from tests.api.world import PASSWORD, in_days, new_email
from tests.proof.bad_input.narrowed import narrowed
from tests.proof.bad_input.realm import PEOPLE, Realm
from tests.support.http import Json

Case = Any  # schemathesis leaves its own types open
Schema = Any

SPENT: Final = frozenset(
    {"close_account", "sign_out_everywhere", "revoke_token", "change_password"}
)
"""Operations that end what they are asked with: a spare account asks them."""

STRANGERS_EVERY: Final = 4
"""One request in so many comes from somebody else, once an operation was reached at all."""

RULES_BEYOND_SCHEMAS: Final[Mapping[str, frozenset[str]]] = {
    # An address that letters can be sent to: EmailStr is more than `format: email`.
    "/email": frozenset({"sign_up", "ask_to_change_email", "ask_to_reset", "ask_for_code",
                         "confirm_code"}),
    # Names of people can be printed on a letter: no control characters, not only spaces.
    "/first_name": frozenset({"sign_up", "edit_profile"}),
    "/last_name": frozenset({"sign_up", "edit_profile"}),
    "/display_name": frozenset({"edit_profile"}),
    "/name": frozenset({"ask_for_code"}),
    "/birthday": frozenset({"sign_up", "edit_profile"}),
    "/picture_url": frozenset({"edit_profile"}),
    # Texts are one line, or lines, and not only spaces.
    "/title": frozenset({"create_list", "replace_list", "edit_list", "add_item", "replace_item",
                         "edit_item"}),
    "/description": frozenset({"create_list", "replace_list", "edit_list"}),
    "/occasion": frozenset({"create_list", "replace_list", "edit_list"}),
    "/note": frozenset({"add_item", "replace_item", "edit_item"}),
    "/message": frozenset({"make_pledge"}),
    "/url": frozenset({"add_item", "replace_item", "edit_item", "preview_link"}),
    # A price that follows Amazon's needs a link to Amazon; one currency in a list.
    "/price_source": frozenset({"add_item", "replace_item", "edit_item"}),
    "/price": frozenset({"add_item", "replace_item", "edit_item"}),
    # Either this or that, which is said in the description and not by a schema.
    "": frozenset({"issue_tokens", "make_pledge"}),
    # Cursors are signed: none can be made up.
    "/cursor": frozenset({"public_profiles", "own_lists", "own_items", "own_pledges",
                          "own_sessions", "followers", "following"}),
}  # fmt: skip
"""What `invalid` may say of a request that fits the document: rules that no schema can tell."""


@dataclass
class Seen:
    """What a run sent, and what came back."""

    cases: Counter[str] = field(default_factory=Counter)
    """By tag."""
    accepted: set[str] = field(default_factory=set)
    """The names of operations that answered 2xx."""
    people: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, recorder: ScenarioRecorder) -> None:
        """Add what one scenario did."""
        for case_id, interaction in recorder.interactions.items():
            case = recorder.cases[case_id].value
            definition = case.operation.definition.raw
            self.cases[definition["tags"][0]] += 1
            response = interaction.response
            is_its_method = interaction.request.method == case.operation.method.upper()
            if response is not None and is_its_method and 200 <= response.status_code < 300:
                self.accepted.add(definition["operationId"])
            for check in recorder.checks.get(case_id, ()):
                if check.failure_info is not None:
                    self.failures.append(_told(check.name, check.failure_info, interaction))


def _told(name: str, info: Any, interaction: Any) -> str:
    request, response = interaction.request, interaction.response
    answer = f"{response.status_code} {response.text[:300]}" if response is not None else "nothing"
    return (
        f"{name}: {info.failure.title}: {info.failure.message[:300]}\n"
        f"  {request.method} {request.uri[:300]} {(request.body or b'')[:300]!r}\n  → {answer}"
    )


def generated(
    realm: Realm, *, seed: int, examples: int, phases: frozenset[str], dice: random.Random
) -> Seen:
    """Let schemathesis ask everything, and return what it saw."""
    seen = Seen()
    schema = _schema(realm, seed=seed, examples=examples, phases=phases)
    _let_people_ask(schema, realm, seen, dice)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            seen.add(event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            seen.errors.append(str(event.value if hasattr(event, "value") else event))
    return seen


def _schema(realm: Realm, *, seed: int, examples: int, phases: frozenset[str]) -> Schema:
    names = {"examples", "coverage", "fuzzing", "stateful"}
    is_chained = "stateful" in phases
    values = _good_values(realm) | (_good_ids(realm) if is_chained else {})
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "phases": {name: {"enabled": name in phases} for name in names},
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
    document = realm.world.nobody.contract.document
    if not is_chained:  # Chains take most ids from earlier answers, which no list of ids foresees.
        document = narrowed(document, realm)
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=realm.world.server.url)
    return schema


def _good_ids(realm: Realm) -> dict[str, list[Any]]:
    """Return what exists, by the parameter in a path that asks for it."""
    made = [realm.shared() for _ in range(4)]
    others = realm.shared("other")
    return {
        "path.list_id": [*(one.list_id for one in made), others.list_id],
        "path.item_id": [*(one.item_id for one in made), others.item_id],
        "path.token": [*(one.token for one in made), others.token],
        "path.account_id": list(realm.accounts.values()),
        "path.role": ["seller"],
        "path.code": ["invalid", "not_found"],
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


def _let_people_ask(schema: Schema, realm: Realm, seen: Seen, dice: random.Random) -> None:
    crowd = _Crowd(realm, seen, dice)

    class Bearer:
        """The token of somebody, another one for each request."""

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
        return not _is_known_rule(failure, case, response)


def _name(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


class _Crowd:
    """Who asks next: mostly somebody who may, and now and then anybody."""

    def __init__(self, realm: Realm, seen: Seen, dice: random.Random) -> None:
        self._realm, self._seen, self._dice = realm, seen, dice
        self._spare = _Spare(realm)
        self._reached: set[str] = set()

    def token_for(self, name: str, path: str) -> str | None:
        """Return the token to ask with, if any."""
        if name in SPENT:
            self._seen.people["spare"] += 1
            return self._spare.token
        who = _who_may(name, path, self._dice)
        if name in self._reached and not self._dice.randrange(STRANGERS_EVERY):
            who = self._dice.choice(PEOPLE)
        self._seen.people[who] += 1
        return self._realm.people[who].token

    def was_done(self, name: str, authorization: str) -> None:
        """Remember what was done, for some of it ends sessions."""
        self._reached.add(name)
        self._spare.may_be_spent |= name in SPENT
        if name == "end_session":
            self._realm.renew(authorization.removeprefix("Bearer "))


class _Spare:
    """An account for whoever wants to end one."""

    def __init__(self, realm: Realm) -> None:
        self._world = realm.world
        self._api = self._world.account("spare").api
        self.may_be_spent = False

    @property
    def token(self) -> str | None:
        """A token that is still one: of another account, if this one was ended."""
        if self.may_be_spent and self._api.send("GET", "/v1/me").status_code != HTTPStatus.OK:
            self._api = self._world.account("spare").api
        self.may_be_spent = False
        return self._api.token


def _who_may(name: str, path: str, dice: random.Random) -> str:
    if "/roles/" in path:
        return "staff"
    if "pledge" in name:
        return dice.choice(("giver", "guest"))
    return "owner"


def _is_known_rule(failure: Failure, case: Case, response: Response) -> bool:
    """Say whether a request that fits the document was refused by a rule beyond schemas.

    Such a refusal has a code of its own (`bad_deadline`), or points to a field whose rules are
    written down above, to a text that cannot be stored, or to 5.0 for 5.
    """
    if type(failure).__name__ != "RejectedPositiveData":
        return False
    problem: Json = response.json()
    if "error" in problem:
        return problem["error"] in {"invalid_client", "invalid_request", "unsupported_grant_type"}
    if problem["code"] != "invalid":
        return problem["code"] not in {"malformed_json", "unsupported_media_type"}
    name = _name(case)
    return all(
        name in RULES_BEYOND_SCHEMAS.get(field_of(pointer), ())
        or _is_odd(at_pointer(case.body, pointer))
        for pointer in (fault["pointer"] for fault in problem["errors"])
    )


def field_of(pointer: str) -> str:
    """Return the outermost step of a pointer."""
    return "/" + pointer.split("/")[1] if pointer else ""


def at_pointer(document: Any, pointer: str) -> Any:
    """Return what a pointer (RFC 6901) leads to, if it leads anywhere."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _is_odd(value: Any) -> bool:
    """Say whether a schema takes what we do not: NUL in a text, 5.0 for 5 (docs/api.md)."""
    return (isinstance(value, str) and "\x00" in value) or isinstance(value, float)
