"""The payment sandbox as a child process of the API, which never outlives it."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

from wishcli.outcomes import complain
from wishcore.errors import Conflict

WEBHOOKS: Final = "/v1/webhooks/stripe"
START_SECONDS_MAX: Final = 30
STOP_SECONDS_MAX: Final = 10


class SandboxNotInUse(Conflict):
    """The settings name a key of Stripe: nothing would talk to the sandbox."""

    code = "sandbox_not_in_use"
    title = "The settings use Stripe itself (STRIPE_SECRET_KEY): the sandbox has nothing to do"


class SandboxNotStarted(Conflict):
    """The sandbox could not start; what it says itself is on stderr."""

    code = "sandbox_not_started"
    title = "The payment sandbox did not start: is one running already?"


class CannotListen(Conflict):
    """Something listens there already, or this machine has no such address."""

    code = "cannot_listen"
    title = "It is not possible to listen there"

    @classmethod
    def at(cls, host: str, port: int, error: OSError) -> Self:
        """Return the refusal for an address, with what the system says."""
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        return cls(f"{host}:{port}: {reason}")


@contextmanager
def child_sandbox(*, webhook_url: str) -> Iterator[str]:
    """Run the sandbox as a child process, and give its address.

    Its standard input is a leash: however this process ends, the pipe ends, and the sandbox with
    it. It has a session of its own, so that Ctrl-C reaches the API first, whose last requests
    still need it.

    Raises:
        SandboxNotStarted: it is not running.
    """
    command = [sys.executable, "-m", "wishcli", "sandbox", "--leash", "--webhook-url", webhook_url]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as child:
        try:
            yield _first_line(child)
        finally:
            _stop(child)


def _first_line(child: "subprocess.Popen[bytes]") -> str:
    assert child.stdout is not None, "It was asked for."
    readable, _, _ = select.select([child.stdout], [], [], START_SECONDS_MAX)
    line = child.stdout.readline() if readable else b""
    if not line:
        raise SandboxNotStarted
    return line.decode().strip()


def _stop(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(timeout=STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        complain("warning: the payment sandbox did not end, and was killed")
        child.kill()
