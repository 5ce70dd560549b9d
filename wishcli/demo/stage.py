"""The processes of the story: real servers on free ports of this machine, stopped at the end."""

import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from wishcore.settings import SANDBOX_WEBHOOK_SECRET, Settings

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
_PORTS: Final = range(20_000, 32_000)
"""Below those of outgoing connections, of which one could take a port before it is listened at."""
_WISH: Final = (sys.executable, "-c", "from wishcli.main import run; run()")


class StageFailed(Exception):
    """A process did not start, or ended with an error; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the story is played."""

    settings: Settings
    folder: Path
    api: str
    sandbox: str | None
    """The address of the sandbox; `None`: payments go to Stripe's test mode."""

    def environment(self, *, ahead_seconds: int = 0) -> dict[str, str]:
        """Return the settings of a process of the story, whose clock may be ahead."""
        ours = {
            "WISH_VAR": str(self.folder),
            "WISH_PUBLIC_URL": self.api,
            "WISH_PORT": self.api.rpartition(":")[2],
            "WISH_HOST": "127.0.0.1",
            "WISH_CLOCK_OFFSET_SECONDS": str(ahead_seconds),
            "WISH_LOG_LEVEL": "warning",
            "SMTP_URL": "",  # The people's addresses are nobody's: their letters become files.
            "DATABASE_URL": self.settings.database_url.get_secret_value(),
        }
        if self.sandbox is not None:
            ours["STRIPE_API_BASE"] = self.sandbox
        return {**os.environ, **ours}

    @contextlib.asynccontextmanager
    async def serving(self, *, ahead_seconds: int = 0) -> AsyncIterator[None]:
        """Run the API until the end of the block."""
        environment = self.environment(ahead_seconds=ahead_seconds)
        ready = f"{self.api}/health/ready"
        async with _process("api", ["serve"], environment, self.folder, ready):
            yield

    async def wish(self, *words: str, ahead_seconds: int = 0) -> tuple[int, Any]:
        """Run a command with `--json`; return its exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *_WISH,
            *words,
            "--json",
            env=self.environment(ahead_seconds=ahead_seconds),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        if not out:
            raise StageFailed(f"wish {' '.join(words)}: {err.decode(errors='replace')[-2000:]}")
        return process.returncode or 0, json.loads(out)

    async def book(self) -> dict[str, Any]:
        """Return the sandbox's own book: what it says was charged and refunded."""
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.get(f"{self.sandbox}/_sandbox/book")
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


@contextlib.asynccontextmanager
async def staged(settings: Settings, folder: Path) -> AsyncIterator[Stage]:
    """Migrate the database and, unless payments go to Stripe, start the sandbox.

    Raises:
        StageFailed: something did not start.
    """
    api, sandbox = (f"http://127.0.0.1:{port}" for port in _free_ports(2))
    stage = Stage(
        settings=settings,
        folder=folder,
        api=api,
        sandbox=sandbox if settings.is_sandbox else None,
    )
    code, _ = await stage.wish("migrate")
    if code:
        raise StageFailed("wish migrate failed")
    if not settings.is_sandbox:
        yield stage
        return
    words = ["sandbox", "--port", sandbox.rpartition(":")[2], "--identity-port", "0"]
    environment = stage.environment() | {"STRIPE_WEBHOOK_SECRET": SANDBOX_WEBHOOK_SECRET}
    async with _process("sandbox", words, environment, folder, f"{sandbox}/_sandbox/book"):
        yield stage


@contextlib.asynccontextmanager
async def _process(
    name: str, words: list[str], environment: Mapping[str, str], folder: Path, ready: str
) -> AsyncIterator[None]:
    with (folder / f"{name}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *_WISH, *words, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            await _wait_for(ready, process, folder / f"{name}.log")
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _wait_for(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with httpx.AsyncClient(timeout=2) as client:
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while asyncio.get_running_loop().time() < deadline and process.returncode is None:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.1)
    raise StageFailed(f"{url} does not answer; the end of {log}:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody uses at this moment, all different."""
    found: list[int] = []
    with contextlib.ExitStack() as stack:
        for port in secrets.SystemRandom().sample(_PORTS, len(_PORTS)):
            with contextlib.suppress(OSError):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
                found.append(port)
            if len(found) == count:
                return found
    raise StageFailed("No port of this machine can be listened at")
