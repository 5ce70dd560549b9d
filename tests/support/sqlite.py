"""Files with a migrated SQLite database."""

import asyncio
from pathlib import Path

from wishcore.migrating import migrate


def make_template(file: Path) -> None:
    """Make a migrated database whose file may be copied: nothing of it is left in a WAL."""
    asyncio.run(migrate(f"sqlite://{file}"))
    assert not file.with_name(f"{file.name}-wal").exists()


def remove(file: Path) -> None:
    """Remove a database with all of its files."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
