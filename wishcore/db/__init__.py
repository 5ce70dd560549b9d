"""The database: SQLite and PostgreSQL behind one set of statements and one kind of transaction."""

from wishcore.db.config import connect, disconnect, ping, tortoise_config
from wishcore.db.leases import JobIsRunning, leased
from wishcore.db.queries import change, containing, fetch_all, fetch_one, rows, with_money
from wishcore.db.transactions import (
    DatabaseUnavailable,
    forbid_transaction,
    require_transaction,
    transactional,
)

__all__ = [
    "DatabaseUnavailable",
    "JobIsRunning",
    "change",
    "connect",
    "containing",
    "disconnect",
    "fetch_all",
    "fetch_one",
    "forbid_transaction",
    "leased",
    "ping",
    "require_transaction",
    "rows",
    "tortoise_config",
    "transactional",
    "with_money",
]
