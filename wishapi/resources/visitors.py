"""Guests: a confirmed e-mail address becomes a visitor pass."""

from typing import Annotated

import msgspec
from pydantic import Field

from wishapi.doors import client_of
from wishapi.http import Answer, Body, Call, Resource, answer
from wishcore import limits, visitors
from wishcore.errors import Invalid, TooManyRequests
from wishcore.limits import Count, policies
from wishcore.mail import MailNotSent

resource = Resource(
    "visitors",
    tag="Visitors",
    prefix="/v1",
    description="Givers without an account. A pass is valid for 180 days, for any list.",
)

Email = Annotated[str, Field(min_length=3, max_length=254, examples=["grace@example.org"])]


class CodeRequest(Body):
    """Who wants to look at a list."""

    name: Annotated[str, Field(min_length=1, max_length=80, examples=["Grace"])]
    email: Email


class Confirmation(Body):
    """The code from the letter."""

    email: Email
    code: Annotated[str, Field(min_length=1, max_length=20, examples=["012345"])]


class VisitorPass(msgspec.Struct, frozen=True, kw_only=True):
    """Used as `Authorization: Bearer`."""

    visitor_token: str
    expires_in: int


@resource.post("/visitors", success={202: None}, refusals=(Invalid, MailNotSent, TooManyRequests))
async def ask_for_code(call: Call, body: CodeRequest) -> Answer:
    """Ask for a code by mail.

    The answer is always the same. An address that belongs to an account gets a letter that asks
    to sign in instead, where what was given as a guest is seen, too. Five letters go out in an
    hour at most.
    """
    integrations = call.app_ctx.integrations
    client = client_of(call)
    await limits.take(client, Count(policies.VISITORS_OF_NETWORK, client.network), now=call.now)
    await visitors.ask_for_code(
        body.email,
        name=body.name,
        mailer=integrations.mailer,
        server_secret=integrations.server_secret,
        now=call.now,
    )
    return answer(status=202)


@resource.post(
    "/visitors/confirm",
    success={200: VisitorPass},
    refusals=(visitors.WrongCode, Invalid, TooManyRequests),
)
async def confirm_code(call: Call, body: Confirmation) -> Answer:
    """Exchange a code for a visitor pass.

    The fifth wrong try ends the code.
    """
    client = client_of(call)
    count = Count(policies.CODES_OF_NETWORK, client.network)
    taken = await limits.take(client, count, now=call.now)
    made = await visitors.confirm(
        body.email,
        code=body.code,
        server_secret=call.app_ctx.integrations.server_secret,
        now=call.now,
    )
    await limits.give_back(client, taken)
    return answer(VisitorPass(visitor_token=made.visitor_token, expires_in=made.expires_in))
