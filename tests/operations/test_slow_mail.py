"""A slow mail server and many jobs at once: each letter is sent once, over real SMTP."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from typing_extensions import override

from tests.support.makers import World
from tests.support.smtp import Server, listening, text_of
from wishcore import jobs
from wishcore.integrations.smtp import SmtpMailer
from wishcore.mail import SEND_SECONDS_MAX
from wishcore.receipts import CLAIM, RETRY_AFTER

pytestmark = pytest.mark.slow

LETTERS = 30


@dataclass
class Slow(Server):
    """It takes its time for each letter, by the clock of the jobs; then another job begins."""

    world: World = field(kw_only=True)
    seconds: float = field(kw_only=True)
    port: int = 0
    is_alone: bool = True

    @override
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = await super().handle_DATA(server, session, envelope)
        if self.is_alone:
            self.world.wait(timedelta(seconds=self.seconds))
            self.is_alone = False
            await self.notify()
            self.is_alone = True
        return said

    async def notify(self, pause: timedelta = timedelta()) -> jobs.Notified:
        """Send what is due, with a pause after each letter."""
        mailer = SmtpMailer(url=f"smtp://127.0.0.1:{self.port}", sender="Wish <wish@example.com>")

        def progress(done: int = 1) -> None:
            self.world.wait(pause)

        return await jobs.notify(mailer=mailer, link=str, clock=self.world.clock, progress=progress)

    def told(self) -> list[str]:
        """Return of which pledges somebody was told, as often as they were."""
        texts = [text_of(message) for message in self.messages]
        return sorted(line.split()[-1] for text in texts for line in text.splitlines()
                      if line.startswith("Reference:"))  # fmt: skip


async def paid(world: World) -> list[str]:
    wish, giver = await world.wish(100_000), await world.guest()
    made: list[UUID] = [await world.pledge(wish, 1_000, giver=giver) for _ in range(LETTERS)]
    return sorted(map(str, made))


def test_a_claim_holds_for_the_slowest_answers() -> None:
    assert RETRY_AFTER.total_seconds() > CLAIM * SEND_SECONDS_MAX


@pytest.mark.parametrize("pause", [0, 60], ids=["none", "a minute"])
async def test_no_letter_is_sent_twice(world: World, pause: float) -> None:
    """The jobs wait for the database between two letters, or sleep, or do not."""
    server = Slow(world=world, seconds=SEND_SECONDS_MAX)
    pledges = await paid(world)
    async with listening(server) as server.port:
        done = await server.notify(timedelta(seconds=pause))
        assert bool(done.unsent) == bool(pause), "It stops before its claim is over."
        assert server.told() == sorted({*server.told()})
        world.wait(RETRY_AFTER)
        await server.notify()
    assert server.told() == pledges
