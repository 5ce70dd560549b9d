"""A program that is `wish serve` up to the moment when it would listen, and stays there.

Its forks are the server, which goes on from that moment, or a `wish` command. So a process costs
some hundredths of a second in place of two seconds, and is still the real program with its real
settings. Only what is foreign is changed: the SDK of Stripe does not wait half a second before it
tries again.
"""

import logging
import os
import sys
from contextlib import suppress
from functools import partial
from typing import Any, Final, NoReturn

import structlog
from sanic import Sanic
from stripe import HTTPClient

from tests.support.forking import load, take_orders
from wishcli import main

_RETRY_SECONDS: Final = 0.001

_frozen: list[Any] = []
_serve_single = Sanic.serve_single


def freeze() -> None:
    """Warm up, then freeze where `wish serve` begins to serve."""
    load()
    HTTPClient.INITIAL_DELAY = _RETRY_SECONDS
    # What the first connection and the first client load stays loaded.
    url = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = os.environ.pop("WARM_UP_URL")
    with suppress(SystemExit):
        main.run(["tick"])
    os.environ["DATABASE_URL"] = url
    Sanic.serve_single = partial(_stay)  # type: ignore[method-assign]
    main.run(["serve"])


def _stay(primary: Any) -> NoReturn:
    _frozen.append(primary)
    take_orders()


def go_on() -> None:
    """Be the server that was frozen, or the command that the arguments name."""
    if sys.argv[1:] == ["serve"]:
        _serve_single(primary=_frozen[0])
        return
    # The server's logs were set up already; a command sets up its own.
    logging.root.handlers.clear()
    structlog.reset_defaults()
    main.run()
