"""A tour of every operation that an owner can get done, from the served document."""

from collections.abc import Sequence
from typing import Final

from tests.proof.surprise.pairs import Asking, Pair
from tests.support.http import Operation

TRIES: Final = 3
_METHODS: Final = ("POST", "GET", "PUT", "PATCH", "DELETE")


def tour(
    asking: Asking, pairs: Sequence[Pair], *, without: frozenset[str] = frozenset()
) -> set[str]:
    """Let one owner after the other ask for every operation, until all were done.

    Returns those that nobody got done.
    """
    left = {one.name for one in asking.operations} - without
    for number, pair in enumerate(pairs):
        left -= go_round(asking, pair, number, without=without, tries=TRIES)
        if not left:
            break
    return left


def go_round(
    asking: Asking,
    pair: Pair,
    number: int,
    *,
    without: frozenset[str] = frozenset(),
    tries: int = 1,
    stays: bool = False,
) -> set[str]:
    """Let one owner ask for every operation; return those that were done.

    Whoever stays does nothing that may end the list or the own sign-in.
    """
    operations = [
        one
        for one in asking.operations
        if one.name not in without and not (stays and _is_late(one))
    ]
    return {
        operation.name
        for operation in _in_order(operations, number)
        if any(_does(pair, operation) for _ in range(tries))
    }


def _does(pair: Pair, operation: Operation) -> bool:
    if operation.path.endswith("/confirm"):
        # The code of an earlier question is used up, or another's.
        pair.does(pair.find("POST", operation.path.removesuffix("/confirm")))
    return pair.does(operation)


def _in_order(operations: Sequence[Operation], number: int) -> list[Operation]:
    """What makes comes before what reads, changes and ends.

    What may end the list or the owner's own sign-ins comes last, each time another of them first.
    """
    order = sorted(operations, key=lambda one: (_METHODS.index(one.method), -len(one.path)))
    late = [one for one in order if _is_late(one)]
    # From both ends, so that few owners are enough.
    turn = (number // 2 if number % 2 == 0 else -(number + 1) // 2) % max(1, len(late))
    return [one for one in order if not _is_late(one)] + late[turn:] + late[:turn]


def _is_late(operation: Operation) -> bool:
    if (operation.method, operation.path) == ("DELETE", "/v1/lists/{list_id}"):
        return True
    return operation.method != "GET" and operation.path.startswith(("/v1/me", "/v1/auth", "/oauth"))
