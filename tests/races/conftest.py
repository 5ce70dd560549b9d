"""What the races have in common."""

from tests.support.worlds import sandbox, world

__all__ = ["sandbox", "world"]
