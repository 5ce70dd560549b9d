"""The served document with links: where the ids of an answer lead, beyond what can be guessed."""

import copy
from collections.abc import Mapping
from typing import Final

from tests.api.world import Shared
from tests.support.http import Json

_ITEM: Final = {"path.list_id": "$request.path.list_id", "path.item_id": "$response.body#/id"}

_LINKS: Final[Mapping[tuple[str, str], Mapping[str, Mapping[str, str]]]] = {
    ("create_list", "201"): {
        name: {"path.list_id": "$response.body#/id"}
        for name in ("own_list", "add_item", "own_items", "make_share_link")
    },
    ("add_item", "201"): {
        **dict.fromkeys(("own_item", "edit_item", "replace_item", "withdraw_item"), _ITEM),
        "make_share_link": {"path.list_id": "$request.path.list_id"},
    },
    ("make_share_link", "201"): {
        "shared_list": {"path.token": "$response.body#/token"},
        "add_item": {"path.list_id": "$request.path.list_id"},
        "share_link": {"path.list_id": "$request.path.list_id"},
    },
    ("shared_list", "200"): {
        "make_pledge": {
            "path.token": "$request.path.token",
            "path.item_id": "$response.body#/items/0/id",
        },
    },
    ("make_pledge", "201"): {
        name: {"path.pledge_id": "$response.body#/id"} for name in ("own_pledge", "return_pledge")
    },
}
"""From an answer to the operations that go on with it: a list, its item, its link, a pledge."""

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "add_item": ("price",),
    "make_pledge": ("amount", "payment_method"),
}
"""Of members that may be left out for another one: these, so that a chain goes on."""

_OTHER_WAYS: Final = frozenset({"whole", "token"})


def linked(document: Json, kept: Shared) -> Json:
    """Return a copy that says which operation goes on with which answer.

    Whoever looks at their pledges makes one on the list that is `kept`: it is always there.
    """
    copied = copy.deepcopy(document)
    operations = {o["operationId"]: o for path in copied["paths"].values() for o in path.values()}
    there = {"path.token": kept.token, "path.item_id": kept.item_id}
    links = {**_LINKS, ("own_pledges", "200"): {"make_pledge": there}}
    for (source, status), targets in links.items():
        operations[source]["responses"][status]["links"] = {
            target: {"operationId": target, "parameters": dict(parameters)}
            for target, parameters in targets.items()
        }
    for name, needed in _NEEDED.items():
        media = operations[name]["requestBody"]["content"]["application/json"]
        body = copied["components"]["schemas"][media["schema"]["$ref"].rpartition("/")[2]]
        del body["examples"]  # The one of a pledge has an id, which is taken from the second on.
        for member in needed:
            body["properties"][member] = body["properties"][member]["anyOf"][0]
        for member in _OTHER_WAYS & body["properties"].keys():
            del body["properties"][member]
        body["required"] = [*body["required"], *needed]
    return copied
