"""Read models are JSON whose length depends on nothing but their texts and numbers."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from wishapi.http.encoding import encoder_for, time_members

WHOLE = datetime(2030, 1, 1, tzinfo=UTC)
FORM = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"')


@dataclass(frozen=True, slots=True)
class Leaf:
    at: datetime
    text: str


class Tree(msgspec.Struct, frozen=True):
    title: str
    created_at: datetime
    leaves: tuple[Leaf, ...]
    gone_at: datetime | None = None


@pytest.mark.parametrize("microseconds", [0, 1, 10, 100_000, 999_999])
@pytest.mark.parametrize("zone", [UTC, ZoneInfo("UTC")])
def test_times_always_have_six_digits(microseconds: int, zone: ZoneInfo) -> None:
    time = (WHOLE + timedelta(microseconds=microseconds)).astimezone(zone)
    text = encoder_for(Tree)(Tree("t", time, (Leaf(time, "a"), Leaf(time, "b")), time)).decode()
    assert len(FORM.findall(text)) == 4
    assert msgspec.json.decode(text, type=Tree).leaves[0].at == time


def test_texts_that_look_like_times_stay_as_they_are() -> None:
    for text in (
        "2030-01-01T00:00:00Z",
        '"at":"2030-01-01T00:00:00Z"',
        '","at":"2030-01-01T00:00:00Z","x":"',
        '\\","at":"2030-01-01T00:00:00Z',
    ):
        tree = Tree(text, WHOLE, (Leaf(WHOLE, text),))
        assert msgspec.json.decode(encoder_for(Tree)(tree), type=Tree) == tree


def test_a_model_in_which_times_could_be_mistaken_is_refused() -> None:
    class Mixed(msgspec.Struct):
        leaf: Leaf
        at: str

    class Listed(msgspec.Struct):
        times: list[datetime]

    for model in (Mixed, Listed, list[datetime], dict[str, datetime]):
        with pytest.raises(TypeError):
            encoder_for(model)


def test_a_model_that_contains_itself_is_looked_at_once() -> None:
    assert time_members(Node) == {"at"}


class Node(msgspec.Struct):
    at: datetime
    next: "Node | None" = None
