"""Read by every Python process that has this folder on its path: plants the bug of a test."""

from tests.support import planting

planting.sow()
