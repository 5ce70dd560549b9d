"""One rule for every command that takes an id: what is no id is typed wrongly, what is not there
is refused."""

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid4

import pytest
import typer

from tests.cli.runner import Wish
from wishcli.main import app

OPTIONS = {
    "item add": ("--title=Tent", "--price=10.00"),
}
"""What else has to be said."""


def commands(group: typer.Typer, *above: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for info in group.registered_commands:
        assert info.callback is not None
        name = info.name or info.callback.__name__.replace("_", "-")
        yield " ".join((*above, name)), info.callback
    for part in group.registered_groups:
        assert part.typer_instance is not None
        assert part.name is not None
        yield from commands(part.typer_instance, *above, part.name)


def kinds(callback: Callable[..., Any]) -> dict[str, Any]:
    hints = get_type_hints(callback, include_extras=True)
    return {name: (get_args(hint) or (hint,))[0] for name, hint in hints.items()}


def words(name: str, callback: Callable[..., Any]) -> list[str]:
    sure = ["--yes"] if "yes" in kinds(callback) else []
    return [*name.split(), *OPTIONS.get(name, ()), *sure]


BY_ID = {name: words(name, call) for name, call in commands(app) if UUID in kinds(call).values()}


def test_the_commands_that_take_an_id() -> None:
    assert set(BY_ID) == {
        "list show", "list edit", "list close", "list share", "list unshare", "list delete",
        "item add", "item show", "item edit", "item withdraw", "gift bought", "gift returned",
        "pledge show", "pledge refund", "pledge abandon",
    }  # fmt: skip


@pytest.mark.parametrize("name", BY_ID)
def test_an_id_that_is_none_and_one_that_is_not_there(lonely: Wish, name: str) -> None:
    nonsense, unknown = lonely(*BY_ID[name], "x"), lonely(*BY_ID[name], uuid4())

    assert (nonsense.code, nonsense.out) == (2, "")
    assert (unknown.code, unknown.out) == (3, "")
    assert "_not_found: " in unknown.err


@pytest.mark.parametrize(
    "nobody", ["x", "nobody@example.org", "01939000-0000-7000-8000-000000000000"]
)
@pytest.mark.parametrize(
    "before",
    [
        ("account", "show"),
        ("account", "edit", "--first-name=Ada"),
        ("account", "close", "--yes"),
        ("account", "give-role"),
        ("client", "rotate"),
        ("client", "remove"),
    ],
    ids=" ".join,
)
def test_a_name_that_nobody_has(lonely: Wish, before: tuple[str, ...], nobody: str) -> None:
    """Any text may be a name: it is never typed wrongly."""
    after = ("seller",) if "give-role" in before else ()
    done = lonely(*before, nobody, *after)

    assert (done.code, done.out) == (3, "")
    assert "_not_found: " in done.err


@pytest.mark.parametrize(
    "typed",
    [
        ("reconcile", "--since=rubbish"),
        ("pledge", "search", "--state=rubbish"),
        ("pledge", "search", "--list=rubbish"),
        ("list", "search", "--limit=rubbish"),
        ("expire", "--rubbish"),
        ("rubbish",),
    ],
    ids=" ".join,
)
def test_what_can_never_be_right(lonely: Wish, typed: tuple[str, ...]) -> None:
    done = lonely(*typed)

    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err
