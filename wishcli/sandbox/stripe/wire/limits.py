"""The rate limit: a bucket that refills evenly."""

import time


class Bucket:
    """A token bucket over real time; without a rate it never refuses."""

    def __init__(self, rate_per_second: int | None) -> None:
        self._rate = rate_per_second
        self._tokens = float(rate_per_second or 0)
        self._filled_at = time.monotonic()

    def take(self) -> bool:
        """Take one token, or tell that there is none."""
        if self._rate is None:
            return True
        now = time.monotonic()
        refill = (now - self._filled_at) * self._rate
        self._tokens = min(float(self._rate), self._tokens + refill)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
