"""Tortoise's asyncpg engine with a transaction entry that cannot leak, and no reset queries.

The stock entry takes a connection from the pool and then runs BEGIN; if the task is cancelled
there, the connection is never given back. The stock exit gives the connection back before it resets
the context variable; if the task is cancelled there and goes on (after a timeout, say), it would
use a connection that somebody else has by then.
"""

from contextlib import suppress
from types import TracebackType

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContextPooled
from tortoise.connection import get_connections
from typing_extensions import override

from wishcore.db.transactions import LOST


class UnresetConnection(asyncpg.Connection):
    """A connection that is returned to the pool without four statements that undo nothing.

    An open transaction is still rolled back. So nobody may use SET (only SET LOCAL), LISTEN,
    advisory locks of a session or cursors WITH HOLD.
    """

    @override
    def get_reset_query(self) -> str:
        return ""


class SafeTransactionContext(TransactionContextPooled):
    """Takes connection, context variable and transaction together, or none of them."""

    @override
    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        self.token = get_connections().set(self.connection_name, self.client)
        try:
            await self.client.begin()
        except BaseException:
            get_connections().reset(self.token)
            # asyncpg shields the release and rolls back what was begun.
            await pool.release(self.client._connection)
            raise
        return self.client

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        pool = self.client._parent._pool
        try:
            if exc_type is None:
                await self.client.commit()
            else:
                # If the connection is lost there is nothing to roll back, and the reason for
                # leaving (perhaps a cancellation) must not give way to this error.
                with suppress(asyncpg.PostgresError, *LOST):
                    await self.client.rollback()
        finally:
            get_connections().reset(self.token)
            if pool is not None:
                # The pool closes a connection that it cannot use again, and says so. What was
                # committed is committed.
                with suppress(asyncpg.PostgresError, *LOST):
                    await pool.release(self.client._connection)


class SafePostgresClient(AsyncpgDBClient):
    """The engine to name in the Tortoise configuration."""

    connection_class = UnresetConnection

    @override
    def _in_transaction(self) -> SafeTransactionContext:
        return SafeTransactionContext(TransactionWrapper(self), self._pool_init_lock)


client_class = SafePostgresClient
