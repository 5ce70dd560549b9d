"""How often each credential may call: in a second, and in a day."""

from datetime import UTC, datetime

from wishcli.sandbox.amazon.config import SandboxConfig
from wishcli.sandbox.amazon.refusals import throttled


class Limits:
    """Counts calls by the sandbox's clock."""

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._last: dict[str, float] = {}
        self._days: dict[tuple[str, str], int] = {}
        self.refused = 0

    def take(self, credential_id: str) -> None:
        """Count one call.

        Raises:
            Refusal: it is one too many.
        """
        now = self._config.clock()
        day = credential_id, datetime.fromtimestamp(now, UTC).date().isoformat()
        used, rate = self._days.get(day, 0), self._config.calls_per_second
        is_early = rate is not None and now - self._last.get(credential_id, 0.0) < 1 / rate
        if is_early or (
            self._config.calls_per_day is not None and used >= self._config.calls_per_day
        ):
            self.refused += 1
            raise throttled()
        self._last[credential_id] = now
        self._days[day] = used + 1
