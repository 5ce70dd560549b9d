"""Browsers on our pages: the cookie that tells them apart, their forms, and errors as pages."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, ParamSpec

import structlog

from wishapi.errors import status_of
from wishapi.http import Answer, Call, FormUnreadable, read_pairs
from wishapi.pages import page
from wishcore.errors import Forbidden, WishError

P = ParamSpec("P")

FORM: Final = ("application/x-www-form-urlencoded",)
_OWN_PAGES: Final = frozenset({"same-origin", "none"})
_UNAUTHENTICATED: Final = 401
_BUG: Final = 500
_SORRY: Final = "Something went wrong on our side. Please go back and try again."

_log = structlog.stdlib.get_logger("wish.http")


class ForeignForm(Forbidden):
    """A page of somebody else sent this form."""

    code = "foreign_form"
    title = "This form did not come from our page"


def browser_page(handler: Callable[P, Awaitable[Answer]]) -> Callable[P, Awaitable[Answer]]:
    """Let a handler's refusals be shown as a page: whoever reads them is a person."""

    @functools.wraps(handler)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            return await handler(*args, **kwargs)
        except WishError as error:
            return page(
                "message.html",
                status=status_for_people(error),
                headers=retry_after(error),
                title="This did not work",
                detail=error.detail,
            )
        except Exception:
            # As everywhere, a bug is logged with its trace and tells nothing; but not in JSON.
            _log.exception("bug")
            return page("message.html", status=_BUG, title="This did not work", detail=_SORRY)

    return guarded


def status_for_people(error: WishError) -> int:
    """Return the status of a refusal; 401 would need a header that makes browsers ask."""
    status = status_of(type(error))
    return 400 if status == _UNAUTHENTICATED else status


def retry_after(error: WishError) -> dict[str, str]:
    """Return the header that says when to come back, if there is a time."""
    seconds = getattr(error, "retry_after_seconds", None)
    return {"Retry-After": str(seconds)} if seconds else {}


def read_form(call: Call, body: bytes) -> Mapping[str, str]:
    """Return the fields of a form that one of our own pages sent.

    Raises:
        ForeignForm: another site's page sent it. FormUnreadable: or a field comes twice.
    """
    if call.request.headers.get("sec-fetch-site", "none") not in _OWN_PAGES:
        raise ForeignForm
    return once_each(body)


def once_each(text: bytes | str) -> Mapping[str, str]:
    """Return the fields of a form or query, each of which is there once.

    Raises:
        FormUnreadable: it cannot be read, or one is there twice.
    """
    pairs = read_pairs(text)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormUnreadable("A field is given more than once")
    return fields


def browser_of(call: Call) -> str:
    """Return the secret of the browser, which says nothing of the person; empty: it has none."""
    value = call.request.cookies.get(_cookie_name(call))
    return value if isinstance(value, str) else ""


def cookie_for(call: Call, browser: str) -> dict[str, str]:
    """Return the header that gives the browser its secret, until it is closed.

    Lax: it has to come along when somebody comes back from another company.
    """
    secure = "; Secure" if _is_https(call) else ""
    value = f"{_cookie_name(call)}={browser}; Path=/; HttpOnly; SameSite=Lax{secure}"
    return {"Set-Cookie": value}


def _cookie_name(call: Call) -> str:
    # The prefix makes the browser refuse one that another host of the domain sets.
    return "__Host-wish" if _is_https(call) else "wish_browser"


def _is_https(call: Call) -> bool:
    base: str = call.app_ctx.settings.wish_public_url
    return base.startswith("https://")
