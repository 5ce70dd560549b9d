"""What only a person can end is told however a job ends: it is told once."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from typing_extensions import override

from tests.support.books import no_lease
from tests.support.makers import LONG_AGO, World
from tests.support.pausing import PausingGateway
from wishcore import jobs, pledges, reconciliation
from wishcore.db import DatabaseUnavailable
from wishcore.payments import PaymentRefused, PaymentsUnavailable, RefundAtProvider
from wishcore.pledges.models import PledgeState
from wishcore.settlement import ForPeople, RefusedPledge

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

BUG = ZeroDivisionError("a bug in one pledge")
LOST = DatabaseUnavailable()
REFUSED = PaymentRefused("account_invalid")


@dataclass
class Troubled(PausingGateway):
    """Whoever asks for the refunds of a payment meets this, but of the first one."""

    trouble: Exception = BUG
    first: str = ""
    met: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def refunds_of(self, intent_id: str) -> Sequence[RefundAtProvider]:
        self.first = self.first or intent_id
        if intent_id != self.first:
            self.met.set()
            raise self.trouble
        return await super().refunds_of(intent_id)


async def refunds_that_fail(world: World, card: str) -> tuple[UUID, UUID]:
    """Return two pledges that went back, as it seemed; Stripe says since that they did not."""
    wish = await world.wish(10_000)
    first, second = [await world.pledge(wish, amount, card=card) for amount in (4_000, 3_000)]
    await world.close(wish)
    await world.sandbox.settle()
    return first, second


async def how_it_ends(job: Awaitable[object]) -> Exception:
    with pytest.raises((ExceptionGroup, DatabaseUnavailable)) as ended:
        await job
    return ended.value


async def apart(gateway: Troubled, both: tuple[UUID, UUID]) -> tuple[UUID, UUID]:
    """Return the pledge that was asked about first, and the one that met the trouble."""
    told = await pledges.find_pledge_of(gateway.first)
    assert told in both
    (other,) = {*both} - {told}
    return told, other


@pytest.mark.parametrize("trouble", [BUG, LOST], ids=["bug", "database"])
async def test_notices_of_refunds_that_failed(world: World, trouble: Exception) -> None:
    both = await refunds_that_fail(world, "pm_card_refundFail")
    await world.take_notices(["refund.failed"])
    gateway, for_people = Troubled(world.payments, trouble=trouble), ForPeople()

    ended = await how_it_ends(
        jobs.recover(payments=gateway, clock=world.clock, for_people=for_people)
    )

    assert leaves(ended) == [trouble]
    told, other = await apart(gateway, both)
    assert for_people == ForPeople(failed=[told])
    assert (await world.state(told), await world.state(other)) == (
        PledgeState.REFUND_FAILED, PledgeState.REFUNDED,
    )  # fmt: skip


async def test_refunds_that_failed_beside_one_with_a_bug(world: World) -> None:
    both = await refunds_that_fail(world, "pm_sandbox_pendingRefundFails")
    gateway, for_people = Troubled(world.payments), ForPeople()

    ended = await how_it_ends(
        jobs.refund(payments=gateway, clock=world.clock, for_people=for_people)
    )

    assert leaves(ended) == [BUG]
    told, other = await apart(gateway, both)
    assert for_people == ForPeople(failed=[told])
    assert (await world.state(told), await world.state(other)) == (
        PledgeState.REFUND_FAILED, PledgeState.REFUND_PENDING,
    )  # fmt: skip


async def test_a_refund_that_is_on_its_way_when_another_has_lost_the_database(world: World) -> None:
    both = await refunds_that_fail(world, "pm_sandbox_pendingRefundFails")
    gateway, for_people = Troubled(world.payments, trouble=LOST), ForPeople()
    stop = gateway.stop("after", "refunds_of")
    job = asyncio.create_task(
        jobs.refund(payments=gateway, clock=world.clock, for_people=for_people)
    )
    await stop.reached.wait()
    await gateway.met.wait()
    stop.go.set()

    assert await how_it_ends(job) is LOST
    told, other = await apart(gateway, both)
    assert for_people == ForPeople(failed=[told])
    assert await world.state(other) is PledgeState.REFUND_PENDING


async def test_what_stripe_refuses_beside_a_refund_that_failed(world: World) -> None:
    both = await refunds_that_fail(world, "pm_card_refundFail")
    await world.take_notices(["refund.failed"])
    gateway, for_people = Troubled(world.payments, trouble=REFUSED), ForPeople()

    done = await jobs.recover(payments=gateway, clock=world.clock, for_people=for_people)

    told, other = await apart(gateway, both)
    assert for_people == ForPeople(
        refused=[RefusedPledge(pledge_id=other, code="account_invalid")], failed=[told]
    )
    assert (done.notices, done.refused, done.failed) == (
        1, tuple(for_people.refused), tuple(for_people.failed),
    )  # fmt: skip


@pytest.mark.parametrize("is_complete", [True, False])
async def test_a_refund_whose_failure_is_adopted(world: World, is_complete: bool) -> None:
    first, second = await refunds_that_fail(world, "pm_card_refundFail")
    gateway = PausingGateway(world.payments)
    if not is_complete:
        gateway.refusals["available_balance"] = PaymentsUnavailable()

    async def reconcile(*, apply: bool) -> ForPeople:
        for_people = ForPeople()
        comparing = reconciliation.reconcile(
            payments=gateway, since=world.now - LONG_AGO, apply=apply, clock=world.clock,
            progress=jobs.silent, keep=no_lease, for_people=for_people,
        )  # fmt: skip
        if is_complete:
            assert (await comparing).failed == tuple(for_people.failed)
        else:
            with pytest.raises(PaymentsUnavailable):
                await comparing
        return for_people

    assert await reconcile(apply=False) == ForPeople(), "Nothing was adopted."
    found = await reconcile(apply=True)
    assert set(found.failed) == {first, second}
    assert await world.state(first) is PledgeState.REFUND_FAILED
    assert await reconcile(apply=True) == ForPeople(), "It is told once."


def leaves(error: Exception) -> list[Exception]:
    """Return what an error is made of."""
    if not isinstance(error, ExceptionGroup):
        return [error]
    return [leaf for part in error.exceptions for leaf in leaves(part)]
