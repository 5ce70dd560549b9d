"""Typed access to parameters that were already checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from wishcli.sandbox.stripe.model.refusals import missing
from wishcli.sandbox.stripe.wire.params import Value


@dataclass(frozen=True, slots=True)
class Arguments:
    """The checked parameters of one request; a wrong type here is a bug of the sandbox."""

    values: Mapping[str, Value]

    def text(self, name: str) -> str | None:
        """Give a string, or nothing when it is absent or emptied."""
        value = self.values.get(name)
        assert value is None or isinstance(value, str), name
        return value or None

    def required_text(self, name: str) -> str:
        """Give a string, or refuse the request."""
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def integer(self, name: str) -> int | None:
        """Give an integer, or nothing."""
        value = self.values.get(name)
        assert value is None or isinstance(value, int), name
        return value

    def flag(self, name: str) -> bool:
        """Tell whether something is asked for."""
        value = self.values.get(name, False)
        return value is not False

    def texts(self, name: str) -> list[str]:
        """Give a list of strings, empty when it is absent."""
        value = self.values.get(name, [])
        assert isinstance(value, list), name
        return [str(item) for item in value]

    def mapping(self, name: str) -> dict[str, str]:
        """Give a flat mapping of strings without its emptied entries."""
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            return {}
        return {key: str(item) for key, item in value.items() if item != ""}

    def group(self, name: str) -> "Arguments | None":
        """Give a nested group, or nothing when it is absent or a plain value."""
        value = self.values.get(name)
        return Arguments(value) if isinstance(value, dict) else None
