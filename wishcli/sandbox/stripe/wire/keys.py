"""API keys: any test key will do, and no live key ever."""

from aiohttp import web

from wishcli.sandbox.stripe.model.refusals import Refusal

_TEST_PREFIXES = ("sk_test_", "rk_test_")
_LIVE_PREFIXES = ("sk_live_", "rk_live_")
_SHOWN_LENGTH = 8


def authenticate(request: web.Request) -> None:
    """Refuse a request without a test key; no message or log ever holds more than its prefix."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Refusal(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
            status=401,
        )
    if key.startswith(_LIVE_PREFIXES):
        raise Refusal("This sandbox never accepts a live key. Use a test key.", status=401)
    if not key.startswith(_TEST_PREFIXES):
        raise Refusal(f"Invalid API Key provided: {key[:_SHOWN_LENGTH]}****", status=401)
