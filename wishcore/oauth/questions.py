"""A front end asks for somebody to be signed in (RFC 6749, 4.1.1; RFC 7636)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wishcore import db, limits
from wishcore.frontends import Client as FrontEnd
from wishcore.frontends import find_client
from wishcore.ids import new_id
from wishcore.limits import Client, Count, policies
from wishcore.oauth.refusals import NoFrontEnd, PageOutOfDate, QuestionRefused, Reason
from wishcore.opaque import hash_secret, new_secret

REQUEST_LIFETIME: Final = timedelta(minutes=10)
STATE_LENGTH_MAX: Final = 1000
PAGE_PREFIX: Final = "wpg_"
BROWSER_PREFIX: Final = "wbr_"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_PARAMETERS: Final = frozenset(
    {
        "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge",
        "code_challenge_method",
    }
)  # fmt: skip

_OTHER_ADDRESS: Final = (
    "This front end is registered, but not with the address to return to (redirect_uri)"
)

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that may be put to a person."""

    client: FrontEnd
    redirect_uri: str
    scope: str
    state: str | None
    code_challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A sign-in page: for whom it asks, and the secrets that let it, and nobody else, answer."""

    client_name: str
    redirect_uri: str
    token: str = field(repr=False)
    """For the form."""
    browser: str = field(repr=False)
    """For the cookie."""


class OpenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A question that waits for its answer."""

    id: UUID
    client_id: str
    client_name: str
    redirect_uri: str
    identity_id: UUID | None


async def read_question(pairs: Pairs) -> Question:
    """Check a question.

    Raises:
        NoFrontEnd: nobody registered asks, or the address to return to is not registered: this
            is shown, and nobody is sent anywhere.
        QuestionRefused: the rest; the front end hears of it.
    """
    given = dict(pairs)
    twice = {name for name in given if name in _PARAMETERS and _count(pairs, name) > 1}
    if twice & {"client_id", "redirect_uri"}:
        raise NoFrontEnd
    client = await find_client(given.get("client_id", ""))
    if client is None:
        raise NoFrontEnd
    redirect_uri = given.get("redirect_uri", "")
    if not client.may_return_to(redirect_uri):
        raise NoFrontEnd(_OTHER_ADDRESS)
    state = given.get("state") if "state" not in twice else None
    state = state if state and len(state) <= STATE_LENGTH_MAX and state.isprintable() else None
    refused = _fault(client, given, twice, has_state=state is not None)
    if refused is not None:
        raise QuestionRefused(*refused, redirect_uri=redirect_uri, state=state)
    scope = client.granted_scope(given.get("scope"))
    assert scope is not None, "It was looked at."
    return Question(
        client=client,
        redirect_uri=redirect_uri,
        scope=scope,
        state=state,
        code_challenge=given["code_challenge"],
    )


async def open_page(
    question: Question, *, browser: str | None, client: Client | None = None, now: datetime
) -> Page:
    """Remember the question for ten minutes, bound to this browser, and return its page.

    Raises:
        TooManyRequests: this network opened too many.
    """
    if client is not None:
        await limits.take(client, Count(policies.PAGES_OF_NETWORK, client.network), now=now)
    token = new_secret(PAGE_PREFIX)
    known = browser if browser is not None and browser.startswith(BROWSER_PREFIX) else None
    browser = known or new_secret(BROWSER_PREFIX)
    await _insert(question, token, browser, now)
    return Page(
        client_name=question.client.name,
        redirect_uri=question.redirect_uri,
        token=token,
        browser=browser,
    )


async def find_open(token: str, *, browser: str | None, now: datetime) -> OpenRequest:
    """Return the question that this page of this browser answers.

    Raises:
        PageOutOfDate: there is none, any more or for this browser.
    """
    found = await db.fetch_one(
        OpenRequest,
        """
        SELECT authorization_request.id, authorization_request.client_id,
               oauth_client.name AS client_name, authorization_request.redirect_uri,
               authorization_request.identity_id
        FROM authorization_request
        JOIN oauth_client ON oauth_client.client_id = authorization_request.client_id
        WHERE authorization_request.token_hash = :token
          AND authorization_request.browser_hash = :browser
          AND authorization_request.used_at IS NULL AND authorization_request.expires_at > :now
          AND oauth_client.removed_at IS NULL
        """,
        token=hash_secret(token),
        browser=hash_secret(browser or ""),
        now=now,
    )
    if found is None:
        raise PageOutOfDate
    return found


@db.transactional
async def keep_open(request: OpenRequest, *, until: datetime, now: datetime) -> None:
    """Let the question wait as long as a code from a letter is good: letters take their time."""
    await db.change(
        """
        UPDATE authorization_request SET expires_at = :until, updated_at = :now
        WHERE id = :id AND used_at IS NULL AND expires_at > :now AND expires_at < :until
        RETURNING id
        """,
        id=request.id,
        until=until,
        now=now,
    )


async def rotate_browser(browser: str, *, now: datetime) -> str:
    """Return another secret for a browser in which somebody signed in.

    The questions that it still has open, in other tabs, move along.
    """
    fresh = new_secret(BROWSER_PREFIX)
    await _move(hash_secret(browser), hash_secret(fresh), now)
    return fresh


def _fault(
    client: FrontEnd, given: Mapping[str, str], twice: set[str], *, has_state: bool
) -> tuple[Reason, str] | None:
    method = given.get("code_challenge_method", "plain")
    faults = (
        (twice, Reason.INVALID_REQUEST, "A parameter is given more than once"),
        (
            "response_type" not in given,
            Reason.INVALID_REQUEST,
            "The parameter response_type is missing",
        ),
        (
            given.get("response_type") != "code",
            Reason.UNSUPPORTED_RESPONSE_TYPE,
            "The only response_type is code",
        ),
        (
            not client.has_grant("authorization_code"),
            Reason.UNAUTHORIZED_CLIENT,
            "This front end may not sign people in by code",
        ),
        (
            bool(given.get("state")) and not has_state,
            Reason.INVALID_REQUEST,
            f"The state is longer than {STATE_LENGTH_MAX} characters, or cannot be printed",
        ),
        (
            not given.get("code_challenge"),
            Reason.INVALID_REQUEST,
            "PKCE is needed: the parameter code_challenge is missing",
        ),
        (method != "S256", Reason.INVALID_REQUEST, "The only code_challenge_method is S256"),
        (
            not _CHALLENGE.fullmatch(given.get("code_challenge", "")),
            Reason.INVALID_REQUEST,
            "The code_challenge is not the base64url of a SHA-256",
        ),
        (
            client.granted_scope(given.get("scope")) is None,
            Reason.INVALID_SCOPE,
            "This front end may not ask for this scope",
        ),
    )
    return next(((reason, text) for is_so, reason, text in faults if is_so), None)


def _count(pairs: Pairs, name: str) -> int:
    return sum(given == name for given, _ in pairs)


@db.transactional
async def _insert(question: Question, token: str, browser: str, now: datetime) -> None:
    await db.change(
        """
        INSERT INTO authorization_request (id, token_hash, browser_hash, client_id, redirect_uri,
                                           scope, state, code_challenge, expires_at,
                                           created_at, updated_at)
        VALUES (:id, :token, :browser, :client, :uri, :scope, :state, :challenge, :ends_at,
                :now, :now)
        RETURNING id
        """,
        id=new_id(),
        token=hash_secret(token),
        browser=hash_secret(browser),
        client=question.client.client_id,
        uri=question.redirect_uri,
        scope=question.scope,
        state=question.state,
        challenge=question.code_challenge,
        ends_at=now + REQUEST_LIFETIME,
        now=now,
    )


@db.transactional
async def _move(old: str, new: str, now: datetime) -> None:
    await db.change(
        """
        UPDATE authorization_request SET browser_hash = :new, updated_at = :now
        WHERE browser_hash = :old AND used_at IS NULL RETURNING id
        """,
        old=old,
        new=new,
        now=now,
    )
    await db.change(
        """
        UPDATE provider_attempt SET browser_hash = :new
        WHERE browser_hash = :old AND used_at IS NULL RETURNING state_hash
        """,
        old=old,
        new=new,
    )
