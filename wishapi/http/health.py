"""Is the process alive, and can it serve requests? For load balancers and supervisors."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from wishapi.errors import NotReady
from wishapi.http.calls import Answer, answer
from wishapi.http.operations import Resource

Check = Callable[[], Awaitable[None]]

_CHECK_SECONDS: Final = 5.0


class Health(msgspec.Struct, frozen=True):
    """All is well; anything else is a problem document."""

    status: str = "ok"


def health_resource(ready: Check) -> Resource:
    """Return the two operations; `ready` raises whatever keeps the process from serving."""
    resource = Resource("health", tag="Health", description="For load balancers and supervisors.")

    @resource.get("/health/live", success={200: Health})
    async def get_liveness() -> Answer:
        """Say that the process is alive.

        It looks at nothing else: a database that is away is no reason to restart the process.
        """
        return answer(Health())

    @resource.get("/health/ready", success={200: Health}, refusals=(NotReady,))
    async def get_readiness() -> Answer:
        """Say whether the process can serve requests."""
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await ready()
        except Exception as error:
            # Whatever it was, the answer is the same; the operator finds the cause in the log.
            raise NotReady from error
        return answer(Health())

    return resource
