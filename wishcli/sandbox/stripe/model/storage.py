"""The state file: the whole state as JSON, replaced atomically."""

import asyncio
import os
from pathlib import Path

from msgspec import json

from wishcli.sandbox.stripe.model.world import State, World

_PAUSE_SECONDS = 1.0


def load(path: Path) -> State:
    """Read the state, or start a new one if there is no file.

    Raises:
        msgspec.DecodeError: the file is not a state; it is left as it is.
    """
    if not path.exists():
        return State()
    return json.decode(path.read_bytes(), type=State)


async def keep_saved(world: World, path: Path) -> None:
    """Save after changes, at most once a second, until cancelled, and then once more."""
    try:
        while True:
            await world.changed.wait()
            world.changed.clear()
            await _replace_aside(path, json.encode(world.state))
            await asyncio.sleep(_PAUSE_SECONDS)
    finally:
        _replace(path, json.encode(world.state))


async def _replace_aside(path: Path, content: bytes) -> None:
    """Replace the file in a thread; when cancelled, first let the thread end."""
    writing = asyncio.ensure_future(asyncio.to_thread(_replace, path, content))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise


def _replace(path: Path, content: bytes) -> None:
    """Write a draft and rename it, so that a crash leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
