"""The product's processes at a small price: forked from one that has loaded everything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.support.forking import Forker, Process, seed

Install = Sequence[str]
"""A module, one of its functions, and that function's arguments: called in the new process."""

_FREEZE: Final = "from tests.support import warm_process\nwarm_process.freeze()\n"
_GO_ON: Final = "from tests.support import warm_process\nwarm_process.go_on()\n"


class Warm:
    """`wish serve`, frozen before it listens; see `tests.support.warm_process`."""

    def __init__(self, folder: Path, *, environment: Mapping[str, str], warm_up_url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._environment = environment
        self._forker = Forker(
            _FREEZE,
            seed=seed(),
            folder=folder,
            environment={**environment, "WARM_UP_URL": warm_up_url},
            log=folder / "warm.log",
        )

    def fork(
        self,
        words: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        install: Sequence[Install] = (),
    ) -> Process:
        """Begin `wish` with these words."""
        installed = "".join(
            f"from {module} import {name}\n{name}{tuple(arguments)!r}\n"
            for module, name, *arguments in install
        )
        return self._forker.start_logged(
            installed + _GO_ON,
            words,
            folder=self._folder,
            environment={**self._environment, **(environment or {})},
            log=log,
        )

    def end(self) -> None:
        """End it, and with it whatever it forked."""
        self._forker.end()
