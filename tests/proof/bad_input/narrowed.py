"""The served document with real ids in it: so that what is made from it gets past the door."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.api.world import PASSWORD, in_days, new_email, pledge_of
from tests.proof.bad_input.realm import Realm
from tests.support.http import Json

SPENT_EACH: Final = 12
"""So many things are made for each operation that uses them up."""


def narrowed(document: Json, realm: Realm) -> Json:
    """Return a copy in which each id in a path is one of those that exist, and fit together.

    Operations that remove what they reach get things of their own.
    """
    copied = copy.deepcopy(document)
    usual, special = _ids(realm)
    for path in copied["paths"].values():
        for operation in path.values():
            known = {**usual, **special.get(operation["operationId"], {})}
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["schema"]["enum"] = known[parameter["name"]]
            if (body := _whole_bodies().get(operation["operationId"])) is not None:
                media = operation["requestBody"]["content"]["application/json"]
                media["examples"] = {"whole": {"value": body}}
    for name, member in _members(copied["components"]["schemas"]):
        if name in _EXAMPLES:
            member["examples"] = _EXAMPLES[name]
    return copied


def _ids(realm: Realm) -> tuple[dict[str, list[str]], dict[str, dict[str, list[str]]]]:
    owner, giver = realm.people["owner"], realm.people["giver"]
    kept = realm.shared(price=10_000_000)
    items = [realm.world.item(owner, kept.list_id)["id"] for _ in range(SPENT_EACH)]
    lists = [realm.world.list(owner)["id"] for _ in range(SPENT_EACH)]
    pledges = [pledge_of(500) for _ in range(SPENT_EACH)]
    for body in pledges:
        giver.post(kept.pledges, body)
    pledge_ids = [body["id"] for body in pledges]
    usual = {
        "list_id": [kept.list_id],
        "item_id": [kept.item_id],
        "token": [kept.token],
        "pledge_id": pledge_ids[:1],
        "account_id": [realm.accounts["stranger"], realm.accounts["giver"]],
        "session_id": [realm.session_of("owner") for _ in range(3)],
        "role": ["seller"],
        "code": ["invalid", "not_found"],
    }
    special = {
        "delete_list": {"list_id": lists[: SPENT_EACH // 2]},
        "withdraw_item": {"item_id": items},
        "make_share_link": {"list_id": lists[SPENT_EACH // 2 :]},
        "remove_share_link": {"list_id": lists[SPENT_EACH // 2 :]},
        "return_pledge": {"pledge_id": pledge_ids[1:]},
    }
    return usual, special


def _whole_bodies() -> dict[str, Json]:
    """Return bodies for operations that want this or that, but not both."""
    return {
        "make_pledge": pledge_of(500),
        "change_password": {"old": PASSWORD, "new": "some other words of nobody"},
    }


def _members(schemas: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for schema in schemas.values():
        yield from schema.get("properties", {}).items()


_EXAMPLES: Final[Mapping[str, list[Any]]] = {
    "deadline": [in_days(30)],
    "url": ["https://www.amazon.com/dp/B0916J478T"],
    "email": [new_email("example")],
    "password": [PASSWORD],
}
"""Better ones than a document can have that stays the same for years."""
