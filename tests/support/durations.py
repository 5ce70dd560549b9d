"""How long something takes, on a machine that may be busy elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

TRIES: Final = 40


def fastest(work: Callable[[], object], *, enough: float, tries: int = TRIES) -> float:
    """Return the fewest processor seconds that some work takes, of at most so many tries.

    One that takes less than `enough` ends them: the slower ones tell of the machine.
    """
    least = float("inf")
    with _untraced():
        for _ in range(tries):
            begun = time.process_time()
            work()
            least = min(least, time.process_time() - begun)
            if least < enough:
                break
    return least


@contextmanager
def _untraced() -> Iterator[None]:
    # Where branches are counted, the counting takes longer than the work.
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
