"""What a fault does to a request: before it is read, before it is booked, afterwards."""

import asyncio
from functools import partial

from aiohttp import web

from wishcli.sandbox.stripe.wire import broken, faults
from wishcli.sandbox.stripe.wire.faults import Action, Faults, Strike


async def before_reading(
    table: Faults, strike: Strike, request: web.Request
) -> web.StreamResponse | None:
    """Answer in place of the sandbox, or let the request go on."""
    pid = strike.rule.pid or 0
    match strike.action:
        case Action.DROP_BEFORE:
            return broken.drop(request)
        case Action.HTML:
            return broken.html_page()
        case Action.KILL_BEFORE:
            table.kill(pid)
            return broken.drop(request)
        case Action.WAKE:
            table.wake(pid)
    return None


async def before_booking(table: Faults, strike: Strike) -> None:
    """Delay the request, or hold it until it is let go or its stopped caller is woken."""
    match strike.action:
        case Action.DELAY:
            await asyncio.sleep(strike.rule.seconds)
        case Action.HOLD_BEFORE:
            await faults.hold(strike)
        case Action.STOP_BEFORE:
            # Not earlier: a caller that is stopped between head and body sends the body no more.
            table.stop(strike.rule.pid or 0)
            await faults.hold(strike)


async def after_booking(
    table: Faults, strike: Strike, request: web.Request, response: web.Response
) -> web.StreamResponse:
    """Spoil the answer to what was done, or keep it back."""
    await _keep_back(table, strike)
    match strike.action:
        case Action.DROP_AFTER | Action.KILL_AFTER:
            return broken.drop(request)
        case Action.HTML_AFTER:
            return broken.html_page()
        case Action.MALFORMED:
            return broken.malformed(strike.rule.body)
        case Action.TRUNCATE | Action.RESET:
            is_reset = strike.action is Action.RESET
            return await broken.send_half(request, response, is_reset=is_reset)
        case Action.HUGE:
            return await broken.send_much(request, response, body_bytes=strike.rule.body_bytes)
        case Action.DRIP:
            pause = partial(faults.hold, strike, seconds=strike.rule.seconds)
            return await broken.drip(request, response, pause=pause)
    return response


async def _keep_back(table: Faults, strike: Strike) -> None:
    pid = strike.rule.pid or 0
    match strike.action:
        case Action.HOLD_AFTER:
            await faults.hold(strike)
        case Action.KILL_AFTER:
            table.kill(pid)
        case Action.STOP_AFTER:
            table.stop(pid)  # The answer waits in its connection until it is woken.
