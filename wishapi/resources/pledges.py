"""Pledging for an item, and one's own pledges."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Annotated, ClassVar, Final, Literal, Self
from uuid import UUID

import msgspec
from pydantic import BeforeValidator, Field, model_validator

from wishapi.callers import GiverCaller
from wishapi.doors import client_of
from wishapi.http import (
    Answer,
    Body,
    Call,
    PageQuery,
    Resource,
    StillRunning,
    answer,
    shielded,
)
from wishapi.resources.fields import Id, MoneyIn
from wishapi.resources.shared_lists import found_by_link
from wishcore import limits, lists, payments, pledges
from wishcore.errors import Invalid, TooManyRequests
from wishcore.limits import Count, policies
from wishcore.pages import Page

resource = Resource(
    "pledges",
    tag="Pledges",
    prefix="/v1",
    description=(
        "A pledge is charged at once. Its id is yours: sending the same request again, after a "
        "lost answer or at any other time, never charges twice."
    ),
)

ANSWER_AFTER_SECONDS: Final = 20
"""When a giver is told to ask again later; the charge goes on."""
LOOK_UP_SECONDS_MAX: Final = 5
"""How long whoever asks for a pledge waits for Stripe; then it is shown as we know it."""

_PROBES: Final = (
    pledges.ItemNotOpen,
    pledges.PledgeExceedsRemaining,
    pledges.UnpayableRest,
    pledges.AmountTooSmall,
)
"""Refusals that tell something of what others gave."""
_UNFINISHED = frozenset({pledges.GiverState.PROCESSING, pledges.GiverState.ACTION_REQUIRED})


def _only_true(value: object) -> object:
    # To pydantic 1 and 1.0 are the literal True as well.
    if value is not None and value is not True:
        raise ValueError("Must be true, or left out.")
    return value


class NewPledge(Body):
    """A pledge for an item: an `amount` or the `whole` rest, and one way to pay."""

    example: ClassVar[Mapping[str, object] | None] = {
        "id": "0199a3c4-7b1e-7d52-8f60-2c9e41b7d8a3",
        "amount": {"amount_minor": 2500, "currency": "USD"},
        "payment_method": "pm_card_visa",
        "message": "Happy birthday!",
        "show_name": True,
    }

    id: Annotated[
        Id,
        Field(
            description=(
                "Made by you: any new UUID, a new one each time (not the example's: with somebody "
                "else's id it is 409 `id_reused`)."
            )
        ),
    ]
    amount: MoneyIn | None = None
    whole: Annotated[
        Literal[True] | None,
        BeforeValidator(_only_true),
        Field(description="Pledge all that is left."),
    ] = None
    payment_method: Annotated[
        str | None,
        Field(pattern=r"^pm_[A-Za-z0-9_]{1,200}$", examples=["pm_card_visa"]),
    ] = None
    token: Annotated[
        str | None, Field(pattern=r"^tok_[A-Za-z0-9_]{1,200}$", examples=["tok_visa"])
    ] = None
    message: Annotated[str, Field(max_length=500)] = ""
    show_name: Annotated[
        bool, Field(description="Whether other givers may see your name and message.")
    ] = False

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.amount is None) == (self.whole is None):
            raise ValueError("Give either an amount or whole: true")
        if (self.payment_method is None) == (self.token is None):
            raise ValueError("Give either a payment_method or a token")
        return self


async def pledgeable(call: Call, viewer: GiverCaller, token: str) -> lists.SharedAccess:
    """Find the list, and refuse its owner, before anything else is looked at or counted."""
    access = await found_by_link(call, viewer, token)
    if access.is_owner:
        raise lists.OwnItem
    return access


@resource.post(
    "/shared/{token}/items/{item_id}/pledges",
    success={
        200: pledges.PledgeForGiver,
        201: pledges.PledgeForGiver,
        202: pledges.PledgeForGiver,
    },
    refusals=(
        lists.ListNotFound,
        lists.OwnItem,
        lists.ItemNotFound,
        pledges.ItemNotOpen,
        pledges.ItemBusy,
        pledges.IdReused,
        pledges.WrongCurrency,
        pledges.AmountTooSmall,
        pledges.PledgeExceedsRemaining,
        pledges.UnpayableRest,
        payments.CardDeclined,
        payments.BadPaymentMethod,
        payments.PaymentNotPossible,
        payments.PaymentsUnavailable,
        TooManyRequests,
        Invalid,
    ),
    precheck=pledgeable,
    counted=True,
)
async def make_pledge(
    call: Call,
    viewer: GiverCaller,
    access: lists.SharedAccess,
    item_id: UUID,
    body: NewPledge,
) -> Answer:
    """Pledge for an item, or for part of it.

    201: paid. 202: in progress; ask for the pledge again, and do what `next_action` says.
    200: this id was used before for the same pledge, which is answered as it is now.
    402: declined; a new try is a new pledge with a new id. 503: nothing was charged; send the same
    request again (after `payment_not_possible`: with a new id, when the operator has mended it).
    404 `list_not_found` to a repetition: the list was deleted or has another link since, and the
    pledge may be made and paid; `GET /v1/pledges/{pledge_id}` knows. If that is 404 as well,
    two minutes after the first try, nothing was charged (after a restored backup: once the operator
    has reconciled).
    """
    giver = pledges.Giver.of(viewer)
    request = _request(body, item_id)
    charge = _within_limits(
        call,
        giver,
        request,
        partial(
            pledges.make_pledge,
            request=request,
            access=access,
            giver=giver,
            payments=call.app_ctx.integrations.payments,
            return_url=call.app_ctx.settings.return_url(body.id),
            now=call.now,
        ),
    )
    try:
        made = await shielded(call, charge, timeout_seconds=ANSWER_AFTER_SECONDS)
    except StillRunning:
        return answer(await _begun(body.id, giver), status=202)
    pledge = await _shown(call, made.id, giver, made.intent)
    if pledge.state in _UNFINISHED:
        return answer(pledge, status=202, location=f"/v1/pledges/{pledge.id}")
    return answer(pledge, status=201 if made.is_new else 200, location=f"/v1/pledges/{pledge.id}")


@resource.get("/pledges", success={200: Page[pledges.PledgeForGiver]}, refusals=(Invalid,))
async def own_pledges(viewer: GiverCaller, query: PageQuery) -> Answer:
    """Return your pledges, newest first, on whatever lists.

    An account's are also those of the guest with its confirmed address, but for its own lists.
    """
    giver = pledges.Giver.of(viewer)
    return answer(await pledges.own_pledges(giver, limit=query.limit, cursor=query.cursor))


@resource.get(
    "/pledges/{pledge_id}",
    success={200: pledges.PledgeForGiver},
    refusals=(pledges.PledgeNotFound,),
)
async def own_pledge(call: Call, viewer: GiverCaller, pledge_id: UUID) -> Answer:
    """Return one of your pledges, as it is now.

    It stays here when its list, or the link to that, is gone. While its payment is in progress, ask
    every three seconds: the payment service is asked no more often, and `next_action` is null when
    it was not asked (keep what you have).
    """
    return answer(await _shown(call, pledge_id, pledges.Giver.of(viewer), None))


@resource.delete(
    "/pledges/{pledge_id}",
    success={204: None},
    refusals=(
        pledges.PledgeNotFound,
        pledges.PledgeInProgress,
        pledges.PledgeNotReturnable,
        payments.PaymentBusy,
        payments.PaymentsUnavailable,
    ),
)
async def return_pledge(call: Call, viewer: GiverCaller, pledge_id: UUID) -> Answer:
    """Take a pledge back while the list is active and the item not reserved.

    It is refunded within minutes; `GET /v1/pledges/{pledge_id}` says when.
    """
    giver = pledges.Giver.of(viewer)
    taking_back = pledges.return_pledge(
        pledge_id, giver=giver, payments=call.app_ctx.integrations.payments, now=call.now
    )
    try:
        await shielded(call, taking_back, timeout_seconds=ANSWER_AFTER_SECONDS)
    except StillRunning:
        # It goes on: whoever asks again learns what became of it.
        raise payments.PaymentsUnavailable from None
    return answer(status=204)


async def _begun(pledge_id: UUID, giver: pledges.Giver) -> pledges.PledgeForGiver:
    try:
        return await pledges.own_pledge(pledge_id, giver)
    except pledges.PledgeNotFound:
        # The database is so slow that not even the room is taken yet: the same request again.
        raise payments.PaymentsUnavailable from None


async def _within_limits(
    call: Call,
    giver: pledges.Giver,
    request: pledges.PledgeRequest,
    charge: Callable[[], Awaitable[pledges.MadePledge]],
) -> pledges.MadePledge:
    """Make the pledge if this giver may make one more.

    Each new pledge counts, also one whose card is declined: nobody tries out cards. A repetition
    of an earlier request does not, however it ends, and so nobody is locked out who is told to
    send the same again. Refusals that depend on what others gave count for the item, so that
    nobody finds that out cent by cent.
    """
    client = client_of(call)
    of_giver = Count(policies.PLEDGES_OF_GIVER, giver.id)
    of_item = Count(policies.REFUSALS_OF_GIVER, f"{giver.id} {request.item_id}")
    if await pledges.is_own_pledge(request.id, giver):
        return await charge()
    taken = await limits.take(client, of_item, of_giver, now=call.now)
    try:
        made = await charge()
    except _PROBES:
        await limits.give_back(client, taken[1:])
        raise
    except BaseException:
        is_new = await pledges.is_own_pledge(request.id, giver)
        await limits.give_back(client, taken[:1] if is_new else taken)
        raise
    await limits.give_back(client, taken[:1] if made.is_new else taken)
    return made


async def _shown(
    call: Call, pledge_id: UUID, giver: pledges.Giver, intent: payments.Intent | None
) -> pledges.PledgeForGiver:
    """Return the pledge; one in progress is looked up at Stripe first, as far as it answers."""
    pledge = await pledges.own_pledge(pledge_id, giver)
    if pledge.state in _UNFINISHED and intent is None:
        with suppress(StillRunning):
            looking_up = _looked_up(call, pledge_id)
            intent = await shielded(call, looking_up, timeout_seconds=LOOK_UP_SECONDS_MAX)
        pledge = await pledges.own_pledge(pledge_id, giver)
    if pledge.state is not pledges.GiverState.ACTION_REQUIRED or intent is None:
        return pledge
    action = pledges.NextAction(client_secret=intent.client_secret, url=intent.action_url or None)
    return msgspec.structs.replace(pledge, next_action=action)


async def _looked_up(call: Call, pledge_id: UUID) -> payments.Intent | None:
    with suppress(payments.PaymentsUnavailable, payments.PaymentRefused):
        return await pledges.look_up(
            pledge_id, payments=call.app_ctx.integrations.payments, now=call.now
        )
    return None


def _request(body: NewPledge, item_id: UUID) -> pledges.PledgeRequest:
    return pledges.PledgeRequest(
        id=body.id,
        item_id=item_id,
        amount=body.amount.money() if body.amount is not None else None,
        payment_method=body.payment_method,
        token=body.token,
        message=body.message,
        show_name=body.show_name,
    )
