"""Stripe's form encoding: `metadata[a]=b`, `expand[]=x` and `expand[0]=x` as a tree."""

from urllib.parse import parse_qsl

from wishcli.sandbox.stripe.model.refusals import Refusal

Tree = dict[str, "str | Tree"]
Node = str | Tree

_FIELDS_MAX = 1000
_DEPTH_MAX = 8


def decode(text: str) -> Tree:
    """Decode a query or a body; lists become trees with numbers as keys.

    Raises:
        Refusal: there are too many fields, or their names are malformed or contradict each other.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError as problem:
        raise Refusal("The request has too many parameters.") from problem
    tree: Tree = {}
    for name, value in pairs:
        _plant(tree, _path(name), value, name=name)
    return tree


def _path(name: str) -> list[str]:
    head, *rest = name.split("[")
    if not head or any(not part.endswith("]") for part in rest) or len(rest) >= _DEPTH_MAX:
        raise Refusal(f"Invalid parameter name: {name}", param=name)
    return [head, *(part[:-1] for part in rest)]


def _plant(tree: Tree, path: list[str], value: str, *, name: str) -> None:
    branch = tree
    for step in path[:-1]:
        child = branch.setdefault(step or str(len(branch)), {})
        if isinstance(child, str):
            raise Refusal(f"Invalid parameter: {name} is given twice.", param=name)
        branch = child
    leaf = path[-1] or str(len(branch))
    if isinstance(branch.get(leaf), dict):
        raise Refusal(f"Invalid parameter: {name} is given twice.", param=name)
    branch[leaf] = value
