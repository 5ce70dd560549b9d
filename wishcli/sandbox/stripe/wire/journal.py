"""What was asked of the sandbox: the last requests, without secrets."""

from collections import deque

from msgspec import Struct

from wishcli.sandbox.stripe.wire.forms import Tree

_KEPT_MAX = 10_000
_HIDDEN = frozenset({"number", "cvc", "exp_month", "exp_year"})


class Entry(Struct, kw_only=True):
    """One request; the status is absent while it is being answered."""

    sequence: int
    request_id: str
    method: str
    path: str
    idempotency_key: str | None
    stripe_version: str | None
    params: Tree
    status: int | None = None
    is_replay: bool = False
    fault: str | None = None


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT_MAX)
        self._count = 0

    def open(
        self,
        *,
        request_id: str,
        method: str,
        path: str,
        idempotency_key: str | None,
        stripe_version: str | None,
    ) -> Entry:
        """Begin an entry for a request that has just come in."""
        self._count += 1
        entry = Entry(
            sequence=self._count,
            request_id=request_id,
            method=method,
            path=path,
            idempotency_key=idempotency_key,
            stripe_version=stripe_version,
            params={},
        )
        self._entries.append(entry)
        return entry

    def entries(self) -> list[Entry]:
        """Give all entries still kept."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._count = 0


def without_card_data(tree: Tree) -> Tree:
    """Copy parameters with whatever could be card data blotted out."""
    return {
        name: "…"
        if name in _HIDDEN
        else (node if isinstance(node, str) else without_card_data(node))
        for name, node in tree.items()
    }
