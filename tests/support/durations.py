"""How long something takes, on a machine that may be busy elsewhere."""

import time
from collections.abc import Callable
from typing import Final

TRIES: Final = 40


def fastest(work: Callable[[], object], *, enough: float, tries: int = TRIES) -> float:
    """Return the fewest processor seconds that some work takes, of at most so many tries.

    One that takes less than `enough` ends them: the slower ones tell of the machine.
    """
    least = float("inf")
    for _ in range(tries):
        begun = time.process_time()
        work()
        least = min(least, time.process_time() - begun)
        if least < enough:
            break
    return least
