"""Expansion: ids in an answer replaced by the objects they name, as the request asks."""

from collections.abc import Callable, Mapping

from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.refusals import Json, Refusal
from wishcli.sandbox.stripe.model.world import World

_DEPTH_MAX = 4

_FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "payment_intent": {"latest_charge": ("charge",), "payment_method": ("payment_method",)},
    "charge": {
        "balance_transaction": ("balance_transaction",),
        "payment_intent": ("payment_intent",),
    },
    "refund": {
        "balance_transaction": ("balance_transaction",),
        "charge": ("charge",),
        "failure_balance_transaction": ("balance_transaction",),
        "payment_intent": ("payment_intent",),
    },
    "dispute": {"charge": ("charge",), "payment_intent": ("payment_intent",)},
    "balance_transaction": {"source": ("charge", "refund", "dispute")},
}


def check(kind: str, paths: list[str], *, is_list: bool) -> None:
    """Refuse paths that lead nowhere, before anything is done for the request."""
    for path in paths:
        steps = path.split(".")
        if is_list and steps[0] == "data":
            steps = steps[1:]
        elif is_list:
            raise _cannot_expand(path)
        if not 0 < len(steps) <= _DEPTH_MAX:
            raise _cannot_expand(path)
        kinds: tuple[str, ...] = (kind,)
        for step in steps:
            kinds = tuple(
                target for name in kinds for target in _FIELDS.get(name, {}).get(step, ())
            )
            if not kinds:
                raise _cannot_expand(path)


def expand(world: World, shown: Json, paths: list[str]) -> None:
    """Replace the ids at the paths by their objects, in place."""
    for path in paths:
        _expand(world, shown, path.split("."))


def _expand(world: World, node: Json, steps: list[str]) -> None:
    head, *rest = steps
    value = node.get(head)
    if isinstance(value, list):
        for item in value:
            _expand(world, item, rest)
        return
    if isinstance(value, str):
        value = _SHOW[value.split("_")[0]](world, value)
        node[head] = value
    if isinstance(value, dict) and rest:
        _expand(world, value, rest)


def _cannot_expand(path: str) -> Refusal:
    return Refusal(f"This property cannot be expanded ({path}).", param="expand")


_SHOW: Mapping[str, Callable[[World, str], Json]] = {
    "pi": lambda world, name: views.payment_intent(world, world.state.intents[name]),
    "pm": lambda world, name: views.payment_method(world.state.payment_methods[name]),
    "ch": lambda world, name: views.charge(world, world.state.charges[name]),
    "re": lambda world, name: views.refund(world.state.refunds[name]),
    "du": lambda world, name: views.dispute(world, world.state.disputes[name]),
    "txn": lambda world, name: views.balance_transaction(world, world.state.transactions[name]),
}
