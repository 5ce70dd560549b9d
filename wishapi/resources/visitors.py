"""Guests: a confirmed e-mail address becomes a visitor pass."""

from typing import Annotated

import msgspec
from pydantic import Field

from wishapi.doors import client_of
from wishapi.http import Answer, Body, Call, Resource, answer
from wishapi.resources.fields import AddressConfirmation, Email
from wishcore import confirmations
from wishcore.errors import Invalid, TooManyRequests
from wishcore.mail import MailNotSent

resource = Resource(
    "visitors",
    tag="Visitors",
    prefix="/v1",
    description="Givers without an account. A pass is valid for 180 days, for any list.",
)


class CodeRequest(Body):
    """Who wants to look at a list."""

    name: Annotated[str, Field(min_length=1, max_length=80, examples=["Grace"])]
    # Not the sign-up's: an address of an account gets a letter without a code.
    email: Annotated[Email, Field(examples=["hopper@example.org"])]


class VisitorPass(msgspec.Struct, frozen=True, kw_only=True):
    """Used as `Authorization: Bearer`."""

    visitor_token: str
    expires_in: int


@resource.post(
    "/visitors",
    success={202: confirmations.Asked},
    refusals=(Invalid, MailNotSent, TooManyRequests),
)
async def ask_for_code(call: Call, body: CodeRequest) -> Answer:
    """Ask for a code by mail.

    The answer is the same whether or not the address has an account: then its mailbox gets a letter
    that asks to sign in instead, where what was given as a guest is seen, too. The code belongs to
    the `id` of this answer: what others ask for does nothing to it.
    """
    asked = await confirmations.ask_to_be_guest(
        body.email,
        name=body.name,
        mailer=call.app_ctx.integrations.mailer,
        client=client_of(call),
        now=call.now,
    )
    return answer(asked, status=202)


@resource.post(
    "/visitors/confirm",
    success={200: VisitorPass},
    refusals=(confirmations.CodeNotValid, TooManyRequests),
)
async def confirm_code(call: Call, body: AddressConfirmation) -> Answer:
    """Exchange a code for a visitor pass.

    The fifth wrong try ends the code.
    """
    given = await confirmations.confirm_guest(
        body.id, code=body.code, client=client_of(call), now=call.now
    )
    return answer(VisitorPass(visitor_token=given.visitor_token, expires_in=given.expires_in))
