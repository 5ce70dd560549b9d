"""Going on with the other rows when one of them meets a bug: their money must not wait for it."""

import contextlib
from collections.abc import Iterator

from wishcore.errors import Unavailable


class Bugs:
    """What went wrong in a job, row by row; raised together when the others are done."""

    def __init__(self) -> None:
        self._found: list[Exception] = []

    @contextlib.contextmanager
    def of(self, what: object) -> Iterator[None]:
        """Keep whatever the block raises, with the name of the row; a lost database ends the job.

        Raises:
            Unavailable: the next row would meet the same.
        """
        try:
            yield
        except Unavailable:
            raise
        except Exception as bug:
            bug.add_note(f"It concerns {what}.")
            self._found.append(bug)

    def raise_if_any(self) -> None:
        """Raise what was kept, if there is any.

        Raises:
            ExceptionGroup: of everything.
        """
        if self._found:
            raise ExceptionGroup("Some rows met a bug; the others are done", self._found)
