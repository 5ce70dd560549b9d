"""The API as a process, with a payment sandbox of its own if that is wanted."""

import errno
import os
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

from wishapi import server
from wishcli import leash, process
from wishcli.outcomes import complain
from wishcore import db, frontends, migrating, settings
from wishcore.settings import Settings
from wishcore.times import Clock

_LISTENING: Final = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES})
EXAMPLE_PATH: Final = "/docs/sign-in-example"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, never bound


def read_settings(overrides: Mapping[str, object]) -> Settings:
    """Read the settings, with what was typed in place of what the environment says.

    It goes through the environment, because each worker process reads the settings anew.

    Raises:
        BadSettings: one cannot be right.
    """
    given = {name: str(value) for name, value in overrides.items() if value is not None}
    os.environ.update(given)
    found = settings.load()
    if "wish_public_url" not in found.model_fields_set:
        # Links lead to where this process listens, as long as nobody names another place.
        os.environ["WISH_PUBLIC_URL"] = _own_url(found)
    return process.read_settings()


def serve_api(settings: Settings, *, with_sandbox: bool) -> None:
    """Serve the API until it is told to stop, and end its sandbox after it.

    Raises:
        SandboxNotInUse, SandboxNotStarted, CannotListen: the API was not started.
    """
    if with_sandbox and not settings.is_sandbox:
        raise leash.SandboxNotInUse
    if not settings.database_url.get_secret_value():
        # The embedded default: nobody else cares for it.
        process.run_until_signalled(lambda: migrating.migrate(settings.database))
    with ExitStack() as stack:
        if with_sandbox:
            webhook_url = _own_url(settings) + leash.WEBHOOKS
            sandbox_url = stack.enter_context(leash.child_sandbox(webhook_url=webhook_url))
            complain(f"the sandbox is at {sandbox_url}")
            process.run_until_signalled(lambda: _register_example(settings))
            complain(f"a front end to try: {settings.wish_public_url}{EXAMPLE_PATH}")
        complain(f"the API is at {settings.wish_public_url}")
        try:
            server.serve(settings)
        except OSError as error:
            if error.errno not in _LISTENING:
                raise
            raise leash.CannotListen.at(settings.wish_host, settings.wish_port, error) from error


async def _register_example(settings: Settings) -> None:
    """Register the page that shows how to sign in, if the database is ready for it."""
    if await migrating.pending(settings.database):
        return
    example = frontends.Registration(
        client_id="sign-in-example",
        name="The example page",
        redirect_uris=[settings.wish_public_url + EXAMPLE_PATH],
    )
    await db.connect(settings.database, pool_max=1)
    try:
        await frontends.keep_client(example, now=Clock(settings.clock_offset).now())
    finally:
        await db.disconnect()


def _own_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.wish_host in _EVERYWHERE else settings.wish_host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.wish_port}"
