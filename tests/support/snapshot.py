"""Everything a database holds, to show that a refusal changed nothing."""

from tests.support.catalogue import names
from wishcore import db


async def snapshot() -> dict[str, list[str]]:
    """Return the rows of every table as sorted texts."""
    return {
        name: sorted(
            repr(sorted(row.items()))
            for row in await db.rows(f'SELECT * FROM "{name}"')  # names come from the database
        )
        for name in await names()
    }


async def strings() -> set[str]:
    """Return every value of every row as a text: what a thief of a dump would read."""
    return {
        str(value)
        for name in await names()
        for row in await db.rows(f'SELECT * FROM "{name}"')
        for value in row.values()
        if value is not None
    }
