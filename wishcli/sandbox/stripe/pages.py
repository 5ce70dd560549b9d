"""The 3-D Secure page: where a person approves or refuses a payment."""

from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from wishcli.sandbox.stripe.model import attempts, currencies
from wishcli.sandbox.stripe.model.objects import Intent, IntentStatus
from wishcli.sandbox.stripe.model.world import World

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 30rem;
  padding: 0 1rem; color: #1a1a1a; background: #fff; }}
form {{ display: inline-block; margin: 0 1rem 1rem 0; }}
button {{ font: inherit; min-height: 3rem; min-width: 9rem; border: 2px solid #1a1a1a;
  border-radius: 0.5rem; background: #fff; color: inherit; cursor: pointer; }}
button.main {{ background: #14532d; border-color: #14532d; color: #fff; }}
button:focus-visible {{ outline: 3px solid #1d4ed8; outline-offset: 3px; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""

_QUESTION = """<p>This is a test bank. Nobody's money moves.</p>
<p>Do you want to pay <strong>{amount}</strong>?</p>
<form method="post" action="/3ds/{name}/approve"><button class="main">Approve</button></form>
<form method="post" action="/3ds/{name}/refuse"><button>Refuse</button></form>"""


def show(world: World, name: str) -> web.Response:
    """Ask the cardholder."""
    intent = _find_waiting(world, name)
    if intent is None:
        return _nothing_to_approve()
    amount = escape(currencies.shown(intent.amount, intent.currency).upper())
    return _page("Approve this payment?", _QUESTION.format(amount=amount, name=escape(name)))


def approve(world: World, name: str) -> web.Response:
    """Pass the challenge and send the cardholder back."""
    return _end(world, name, is_approved=True)


def refuse(world: World, name: str) -> web.Response:
    """Fail the challenge and send the cardholder back."""
    return _end(world, name, is_approved=False)


def _end(world: World, name: str, *, is_approved: bool) -> web.Response:
    intent = _find_waiting(world, name)
    if intent is None or intent.authentication is None:
        return _nothing_to_approve()
    return_url = intent.authentication.return_url
    if is_approved:
        attempts.approve(world, intent)
    else:
        attempts.refuse(world, intent)
    if return_url is None:
        title = "Thank you" if intent.last_error is None else "The payment failed"
        return _page(title, "<p>You can close this page.</p>")
    location = _with_result(return_url, intent)
    return web.Response(status=303, headers={**_HEADERS, "Location": location})


def _find_waiting(world: World, name: str) -> Intent | None:
    intent_id = world.state.authentications.get(name)
    return None if intent_id is None else world.state.intents[intent_id]


def _with_result(return_url: str, intent: Intent) -> str:
    parts = urlsplit(return_url)
    is_failed = intent.status is IntentStatus.REQUIRES_PAYMENT_METHOD
    status = "pending" if intent.status is IntentStatus.PROCESSING else "succeeded"
    query = [
        *parse_qsl(parts.query, keep_blank_values=True),
        ("payment_intent", intent.id),
        ("payment_intent_client_secret", intent.client_secret),
        ("redirect_status", "failed" if is_failed else status),
    ]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _nothing_to_approve() -> web.Response:
    return _page("Nothing to approve", "<p>This payment does not wait for you.</p>", status=404)


def _page(title: str, content: str, *, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        text=_PAGE.format(title=title, content=content),
        content_type="text/html",
        headers=_HEADERS,
    )
