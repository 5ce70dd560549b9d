"""What `aerich -c aerich.ini …` reads: the database of this machine's settings."""

from typing import Any

from wishcore import settings
from wishcore.db import tortoise_config


def __getattr__(name: str) -> dict[str, Any]:
    # aerich wants an attribute of a module. Computed when asked for, so that an import reads no
    # environment.
    if name != "TORTOISE_ORM":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return tortoise_config(settings.load().database)
