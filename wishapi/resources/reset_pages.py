"""A forgotten password, on the way to a front end: a code from a letter, then the page again."""

from collections.abc import Mapping

from wishapi.browsers import FORM, browser_page, read_form
from wishapi.doors import client_of
from wishapi.http import Answer, Call, Resource
from wishapi.sign_in_page import PAGES, again, code_id_of, code_page, request_of, wait_for_code
from wishcore import confirmations
from wishcore.errors import Conflict, Invalid, TooManyRequests, Unavailable, WishError
from wishcore.oauth import OpenRequest

resource = Resource("reset_pages", tag="OAuth")

_ASKED = "If the address has an account, a letter with a code is on its way to it."
_DONE = "Your password is changed. Please sign in with it."


@resource.post("/oauth/reset", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def ask_on_page(call: Call, body: bytes) -> Answer:
    """Send a code to the address; the page never tells whether it has an account."""
    form = read_form(call, body)
    request = await request_of(call, form)
    try:
        asked = await confirmations.ask_to_reset(
            form.get("email", ""),
            mailer=call.app_ctx.integrations.mailer,
            client=client_of(call),
            now=call.now,
        )
    except (Invalid, TooManyRequests, Unavailable) as refused:
        return await again(call, request, form, refused, opened="reset")
    return _code_page(request, form, confirmation=await wait_for_code(call, request, asked))


@resource.post("/oauth/reset/confirm", success=PAGES, consumes=FORM, documented=False)
@browser_page
async def reset_on_page(call: Call, body: bytes) -> Answer:
    """Set the new password; whoever set it signs in with it like everybody."""
    form = read_form(call, body)
    request = await request_of(call, form)
    confirmation = form.get("confirmation", "")
    try:
        await confirmations.reset_password(
            code_id_of(form),
            code=form.get("code", ""),
            new=form.get("new_password", ""),
            mailer=call.app_ctx.integrations.mailer,
            hasher=call.app_ctx.integrations.hasher,
            client=client_of(call),
            now=call.now,
        )
    except (Invalid, Conflict, TooManyRequests, Unavailable) as refused:
        return _code_page(request, form, confirmation=confirmation, refused=refused)
    return await again(call, request, {**form, "login": form.get("email", "")}, None, notice=_DONE)


def _code_page(
    request: OpenRequest,
    form: Mapping[str, str],
    *,
    confirmation: str,
    refused: WishError | None = None,
) -> Answer:
    return code_page(
        request,
        form,
        leads_on="/oauth/reset/confirm",
        explanation=_ASKED,
        confirmation=confirmation,
        refused=refused,
        asks_password=True,
    )
