"""Agreements on the code that no other tool keeps."""

import ast
import importlib
import pkgutil

from tests.architecture.tree import PACKAGES, calls, imports, modules, name_of, parsed
from wishcore import errors
from wishcore.errors import WishError

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
ORM_CALLS = frozenset({"all", "bulk_create", "create", "exists", "filter", "get", "get_or_none"})
EVERYWHERE = (*PACKAGES, "tests")


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules(*EVERYWHERE)}

    assert len(lengths) > 50, "The files were not found."
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    long = {
        f"{name_of(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules(*EVERYWHERE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    }

    assert long == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in modules(*PACKAGES)
        if len((ast.get_docstring(parsed(path)) or "").split()) < 2
    ]

    assert silent == []


def test_nothing_is_printed() -> None:
    assert [
        f"{name_of(path)}:{call.lineno}"
        for path in modules(*PACKAGES)
        for name, call in calls(path)
        if name == "print" and isinstance(call.func, ast.Name)
    ] == []


def test_every_save_names_its_fields() -> None:
    """A bare save() writes every column, also those that somebody else has changed since."""
    assert [
        f"{name_of(path)}:{call.lineno}"
        for path in modules(*PACKAGES)
        for name, call in calls(path)
        if name == "save" and "update_fields" not in {word.arg for word in call.keywords}
    ] == []


def test_the_core_starts_no_tasks() -> None:
    """A task that outlives the transaction it was made in uses a connection given back."""
    assert [
        f"{name_of(path)}:{call.lineno}"
        for path in modules("wishcore")
        for name, call in calls(path)
        if name in {"create_task", "ensure_future"}
    ] == []


def test_entry_points_leave_the_orm_alone() -> None:
    assert [
        f"{name_of(path)} imports {module}"
        for path in modules("wishapi", "wishcli")
        for module in imports(path)
        if module.split(".")[0] in {"tortoise", "aerich", "asyncpg", "aiosqlite"}
    ] == []


def test_the_orm_is_used_inside_transactions_only() -> None:
    """Outside of one nobody turns a lost database into `DatabaseUnavailable`; `db.rows` does."""
    bare, found = [], 0
    for path in modules("wishcore"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.AsyncFunctionDef) or not _uses_orm(node):
                continue
            found += 1
            text = ast.unparse(node)
            if "transactional" not in text and "require_transaction()" not in text:
                bare.append(f"{name_of(path)}:{node.lineno} {node.name}")

    assert found > 10, "The uses were not found."
    assert bare == []


def _uses_orm(function: ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id[:1].isupper()
        and node.func.attr in ORM_CALLS
        for node in ast.walk(function)
    )


def test_every_refusal_has_a_code_of_its_own_and_a_title() -> None:
    refusals = _refusals()
    kinds = [refusal for refusal in refusals if refusal.__module__ == errors.__name__]
    concrete = [refusal for refusal in refusals if refusal not in kinds]
    assert len(kinds) > 5 < len(concrete), "The refusals were not found."

    codes: dict[str, str] = {}
    for refusal in [*kinds, *concrete]:
        name = f"{refusal.__module__}.{refusal.__qualname__}"
        assert vars(refusal).get("code"), f"{name} has no code of its own"
        assert vars(refusal).get("title"), f"{name} has no title of its own"
        assert codes.setdefault(refusal.code, name) == name, f"{name} and {codes[refusal.code]}"


def _refusals() -> list[type[WishError]]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages(
            importlib.import_module(package).__path__, f"{package}."
        ):
            if not module.name.endswith("__main__") and ".migrations." not in module.name:
                importlib.import_module(module.name)
    found: list[type[WishError]] = []
    left = WishError.__subclasses__()
    while left:
        refusal = left.pop()
        left += refusal.__subclasses__()
        if refusal not in found and refusal.__module__.startswith(PACKAGES):
            found.append(refusal)
    return found
