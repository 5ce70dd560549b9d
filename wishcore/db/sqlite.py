"""Tortoise's SQLite engine with a transaction entry that cannot leak.

The stock entry takes the connection's lock and then runs BEGIN; if BEGIN fails, or the task is
cancelled there (Sanic cancels a handler when its client hangs up), the lock is never released and
the process is stuck. Its BEGIN is also deferred: a transaction that reads before it writes fails
with "database is locked" as soon as another process writes, whatever the busy timeout.
"""

import asyncio
import sqlite3
from types import TracebackType
from typing import cast

import aiosqlite
from tortoise.backends.base.client import (
    ConnectionWrapper,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError
from typing_extensions import override


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that takes the write lock at once and waits for it."""

    @override
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


class SafeTransactionContext(SqliteTransactionContext):
    """Takes lock, context variable and transaction together, or none of them."""

    __slots__ = ()

    @override
    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            self.token = get_connections().set(self.connection_name, self.connection)
            try:
                await self.connection.begin()
            except BaseException:
                # The thread may still run BEGIN: this rollback stands behind it in the queue.
                get_connections().reset(self.token)
                await asyncio.shield(self.connection._connection.rollback())
                raise
        except BaseException:
            self._trxlock.release()
            raise
        return cast("TransactionalDBClient", self.connection)  # Tortoise has it as Any.

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            try:
                if exc_type is None:
                    await self.connection.commit()
            except sqlite3.Error as error:
                await asyncio.shield(self.connection._connection.rollback())
                raise OperationalError(error) from error
            except BaseException:
                # Cancelled while COMMIT was on its way: it is decided in the thread, and a
                # rollback behind it does nothing if it succeeded.
                await asyncio.shield(self.connection._connection.rollback())
                raise
            if exc_type is not None:
                await asyncio.shield(self.connection._connection.rollback())
        finally:
            get_connections().reset(self.token)
            self._trxlock.release()


class SafeConnection(ConnectionWrapper[aiosqlite.Connection]):
    """Takes the lock and the connection together, or neither: the file may refuse to open."""

    @override
    async def __aenter__(self) -> aiosqlite.Connection:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class SafeSqliteClient(SqliteClient):
    """The engine to name in the Tortoise configuration."""

    @override
    async def create_connection(self, with_db: bool) -> None:
        try:
            await super().create_connection(with_db)
        except BaseException:
            # Opened, but without all of its pragmas (foreign keys among them): not to be used.
            await asyncio.shield(self.close())
            raise

    @override
    def acquire_connection(self) -> SafeConnection:
        return SafeConnection(self._lock, self)

    @override
    async def execute_many(self, query: str, values: list[list[object]]) -> None:
        # The stock one begins a transaction by hand, and leaves it open when it is cancelled.
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)

    @override
    def _in_transaction(self) -> TransactionContext:
        return SafeTransactionContext(ImmediateTransaction(self), self._lock)


client_class = SafeSqliteClient
