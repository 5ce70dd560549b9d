"""A run of refunds that takes longer than a lease."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.makers import World
from wishcore import jobs
from wishcore.payments import PaymentRefused, RefundAtProvider


@dataclass
class Slow:
    """Stripe, which refuses every refund, and takes its time for that."""

    world: World
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world.payments, name)

    async def create_refund(self, **_: object) -> RefundAtProvider:
        self.asked += 1
        assert self.asked < 100, "The run does not end."
        self.world.wait(timedelta(seconds=30))
        raise PaymentRefused("balance_insufficient")


async def test_refusals_that_outlast_a_lease_end_the_run(world: World) -> None:
    wish = await world.wish()
    for _ in range(12):
        await world.pledge(wish, 500)
    world.now = wish.deadline
    await world.expire()

    refunded = await jobs.refund(payments=Slow(world), clock=world.clock)

    assert len({one.pledge_id for one in refunded.refused}) == 12
