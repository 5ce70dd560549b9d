"""Where somebody is signed in, and a new password for whoever forgot theirs."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from wishapi.callers import Account
from wishapi.doors import client_of
from wishapi.http import Answer, Body, Call, PageQuery, Resource, answer
from wishapi.resources.accounts import NewPassword
from wishapi.resources.fields import Code, Email
from wishcore import accounts, confirmations, sessions
from wishcore.errors import Invalid, TooManyRequests
from wishcore.mail import MailNotSent
from wishcore.pages import Page

resource = Resource(
    "sessions",
    tag="Sessions",
    prefix="/v1",
    description="A session is one sign-in, with all tokens that were refreshed from it.",
)


class ResetRequest(Body):
    """Whose password was forgotten."""

    email: Email


class Reset(Body):
    """The id that asking answered, the code from the letter, and a new password."""

    id: Annotated[UUID, Field(strict=False)]
    code: Code
    password: NewPassword


@resource.post(
    "/auth/reset",
    success={202: confirmations.Asked},
    refusals=(MailNotSent, TooManyRequests, Invalid),
)
async def ask_to_reset(call: Call, body: ResetRequest) -> Answer:
    """Ask for a new password: a code goes to the address.

    The answer is the same whether or not the address has an account; its mailbox hears which.
    """
    asked = await confirmations.ask_to_reset(
        body.email,
        mailer=call.app_ctx.integrations.mailer,
        client=client_of(call),
        now=call.now,
    )
    return answer(asked, status=202)


@resource.post(
    "/auth/reset/confirm",
    success={204: None},
    refusals=(
        confirmations.CodeNotValid,
        accounts.WeakPassword,
        accounts.SignInBusy,
        TooManyRequests,
    ),
)
async def reset_password(call: Call, body: Reset) -> Answer:
    """Set a new password.

    Everybody who is signed in is signed out, and the mailbox is told.
    """
    integrations = call.app_ctx.integrations
    await confirmations.reset_password(
        body.id,
        code=body.code,
        new=body.password,
        mailer=integrations.mailer,
        hasher=integrations.hasher,
        client=client_of(call),
        now=call.now,
    )
    return answer(status=204)


@resource.get("/me/sessions", success={200: Page[sessions.Session]}, refusals=(Invalid,))
async def own_sessions(call: Call, caller: Account, query: PageQuery) -> Answer:
    """Return where you are signed in, the newest session first."""
    page = await sessions.own_sessions(
        caller.account_id,
        current_id=caller.family_id,
        limit=query.limit,
        cursor=query.cursor,
        now=call.now,
    )
    return answer(page)


@resource.delete("/me/sessions", success={204: None})
async def sign_out_everywhere(call: Call, caller: Account) -> Answer:
    """Sign out everywhere, here too."""
    await sessions.sign_out_everywhere(caller.account_id, now=call.now)
    return answer(status=204)


@resource.delete(
    "/me/sessions/{session_id}", success={204: None}, refusals=(sessions.SessionNotFound,)
)
async def end_session(call: Call, caller: Account, session_id: UUID) -> Answer:
    """End one of your sessions."""
    await sessions.end_session(caller.account_id, session_id, now=call.now)
    return answer(status=204)
