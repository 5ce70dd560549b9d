"""A program that is `wish serve` up to the moment when it would listen, and stays there.

It reads orders from its standard input, one line of JSON each, and forks for each what a test
wants: the server, which goes on from that moment, or a `wish` command. So a process costs some
hundredths of a second in place of two seconds, and is still the real program with its real
settings. Only what is foreign is changed: the SDK of Stripe does not wait half a second before it
tries again, and what an order asks to install (`tests.support.statements`, planted bugs).

Nothing outlives it: each child ends when it ends, and it ends with its standard input.
"""

import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
from functools import partial
from typing import Any, Final, NoReturn, TextIO

import structlog
from sanic import Sanic
from stripe import HTTPClient

# What commands load late is loaded once, here.
from wishapi import server
from wishcli import main, runtime, scheduling, serving

_LOADED: Final = (server, runtime, scheduling, serving)
ALONE_SECONDS_MAX: Final = 10
_RETRY_SECONDS: Final = 0.001

_serve_single = Sanic.serve_single


def run() -> None:
    """Warm up, then freeze where `wish serve` begins to serve."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What commands print is not for whoever gives the orders.
    HTTPClient.INITIAL_DELAY = _RETRY_SECONDS
    # What the first connection and the first client load stays loaded.
    url = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = os.environ.pop("WARM_UP_URL")
    code = _code_of(["tick"])
    os.environ["DATABASE_URL"] = url
    assert code == 0, f"The warm-up ended with {code}."
    _be_alone()
    frozen = partial(_take_orders, answers)
    Sanic.serve_single = frozen  # type: ignore[method-assign]
    main.run(["serve"])


def _be_alone() -> None:
    """Wait until the threads of the warm-up have ended: only a single one may be forked."""
    end = time.monotonic() + ALONE_SECONDS_MAX
    while threading.active_count() > 1:
        assert time.monotonic() < end, threading.enumerate()
        time.sleep(0.005)


def _take_orders(answers: TextIO, primary: Any) -> NoReturn:
    leash, held = os.pipe()
    _say(answers, {"ready": os.getpid()})
    ended: dict[int, int] = {}
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "is_alive" in order:
            pid, status = os.waitpid(order["is_alive"], os.WNOHANG)
            if pid:
                ended[pid] = status
            _say(answers, {"is_alive": int(not pid)})
            continue
        if "wait" in order:
            pid = order["wait"]
            status = ended.pop(pid) if pid in ended else os.waitpid(pid, 0)[1]
            _say(answers, {"code": os.waitstatus_to_exitcode(status)})
            continue
        pid = os.fork()
        if pid == 0:
            os.close(held)
            _be(order, primary, leash)
        _say(answers, {"pid": pid})
    os._exit(0)


def _say(answers: TextIO, said: dict[str, int]) -> None:
    answers.write(json.dumps(said) + "\n")
    answers.flush()


def _be(order: dict[str, Any], primary: Any, leash: int) -> NoReturn:
    """Be the server or the command of the order, and end."""
    code = 1
    try:
        threading.Thread(target=_hang_on, args=(leash,), daemon=True).start()
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(order["environment"])
        for module, name, *arguments in order["install"]:
            getattr(importlib.import_module(module), name)(*arguments)
        if order["words"] == ["serve"]:
            _serve_single(primary=primary)
            code = 0
        else:
            # The server's logs were set up already; a command sets up its own.
            logging.root.handlers.clear()
            structlog.reset_defaults()
            code = _code_of(order["words"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _code_of(words: list[str]) -> int:
    try:
        main.run(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    raise AssertionError("A command ends its process.")


def _hang_on(leash: int) -> None:
    os.read(leash, 1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    run()
