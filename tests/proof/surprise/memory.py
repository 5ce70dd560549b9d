"""What somebody has seen so far, and so may name in the next request."""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.proof.surprise.worlds import Owner
from tests.support.http import Contract


@dataclass
class Memory:
    """An owner's memory, filled from answers by the document's own paths."""

    owner: Owner
    contract: Contract
    places: list[dict[str, str]] = field(default_factory=list)
    """Path parameters that belong together, newest last."""
    cursors: dict[str, str] = field(default_factory=dict)
    """The next page of each collection."""
    questions: dict[str, dict[str, str]] = field(default_factory=dict)
    """What a path that answered 202 waits for: an id, a code from the letter, an address."""
    tokens: list[str] = field(default_factory=list)
    """Tokens that may be given away: revoked, or refreshed."""

    def learn(self, path: str, asked: dict[str, str], location: str | None, said: Any) -> None:
        """Remember the places that an answer names."""
        if location:
            self._learn_place(location)
        if not isinstance(said, dict):
            return
        for one in said["items"] if isinstance(said.get("items"), list) else [said]:
            if isinstance(one, dict):
                self._learn_thing(path, asked, one)
        if isinstance(said.get("next_cursor"), str):
            self.cursors[path] = said["next_cursor"]
        if isinstance(said.get("code"), str):
            self._remember({"code": said["code"]})
        if isinstance(said.get("refresh_token"), str):
            self.tokens.append(said["refresh_token"])

    def _learn_thing(self, path: str, asked: dict[str, str], shown: dict[str, Any]) -> None:
        if isinstance(shown.get("id"), str):
            self._learn_place(f"{path}/{shown['id']}")
        if isinstance(shown.get("token"), str):
            self._remember({**asked, "token": shown["token"]})

    def find(self, names: list[str], draw: random.Random) -> dict[str, str] | None:
        """Return values for the parameters of a path that belong together, mostly recent ones."""
        found: dict[str, str] = {}
        for name in names:
            if name in found:
                continue
            fitting = [
                place
                for place in self.places
                if name in place
                and all(place.get(n, v) == v for n, v in found.items())
                and (not found or found.keys() & place.keys())
            ]
            if not fitting:
                return None
            chosen = fitting[-1 - min(int(draw.expovariate(0.4)), len(fitting) - 1)]
            found |= chosen
        return {name: found[name] for name in names}

    def _learn_place(self, path: str) -> None:
        for operation in self.contract.operations:
            if operation.parameters and operation.pattern.fullmatch(path):
                values = [
                    part
                    for part, template in zip(
                        path.split("/"), operation.path.split("/"), strict=True
                    )
                    if template.startswith("{")
                ]
                self._remember(dict(zip(operation.parameters, values, strict=True)))
                return

    def _remember(self, place: dict[str, str]) -> None:
        if place not in self.places:
            self.places.append(place)
