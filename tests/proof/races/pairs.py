"""Two things that meet: each is prepared, sent to both servers at once, and counted afterwards."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import httpx

from tests.api.world import PASSWORD, Person, Shared, new_email
from tests.proof.races.stage import Stage, pledge_with
from tests.support.http import Api, Json
from tests.support.sandbox import token_of_a_card
from tests.support.server import eventually
from wishcore import db, lists
from wishcore.lists.operations import LISTS_MAX

Answers = Sequence[httpx.Response]
Ask = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Pair:
    """Two requests, and how often they had an effect: it must be once."""

    asks: tuple[Ask, Ask]
    effects: Callable[[Answers], int]
    shared: Shared | None = None
    """Whose books must agree afterwards."""


Prepare = Callable[[Stage], Pair]


def done(answers: Answers) -> int:
    """Count the requests that were done."""
    return sum(answer.is_success for answer in answers)


def same(
    stage: Stage, who: Api, method: str, path: str, body: Json | None = None
) -> tuple[Ask, Ask]:
    """Return the same request to each server."""
    return (
        partial(who.send, method, path, body),
        partial(stage.there(who).send, method, path, body),
    )


def pledge(stage: Stage) -> Pair:
    """The same pledge: one charge."""
    shared, giver = stage.one.shared(price=5000), stage.guests(1)[0]
    body = pledge_with(token_of_a_card(), 3000)

    def charges(_: Answers) -> int:
        path = f"/v1/pledges/{body['id']}"
        eventually(lambda: giver.get(path)["state"] == "paid", what="it is paid")
        rows = stage.sandbox.payments("pledge", body["id"])
        return sum(row["charged_count"] for row in rows)

    return Pair(same(stage, giver, "POST", shared.pledges, body), charges, shared)


def pledge_for_all_of_it(stage: Stage) -> Pair:
    """Two givers who each want the whole item: one gets it."""
    shared, (one, other) = stage.one.shared(price=5000), stage.guests(2)
    asks = (
        partial(one.send, "POST", shared.pledges, pledge_with("pm_card_visa")),
        partial(stage.there(other).send, "POST", shared.pledges, pledge_with("pm_card_visa")),
    )
    return Pair(asks, done, shared)


def take_back(stage: Stage) -> Pair:
    """A paid pledge taken back: one refund is planned, and made."""
    shared, giver = stage.one.shared(price=5000), stage.guests(1)[0]
    made = shared.paid(giver, 3000)

    def planned(_: Answers) -> int:
        return len(events_of(stage, made["id"], "refund_due"))

    return Pair(same(stage, giver, "DELETE", f"/v1/pledges/{made['id']}"), planned, shared)


def take_back_while_waiting(stage: Stage) -> Pair:
    """A pledge that waits for 3-D Secure, taken back: its room is given back once."""
    shared, giver = stage.one.shared(price=5000), stage.guests(1)[0]
    body = pledge_with("pm_card_authenticationRequired", 3000)
    giver.post(shared.pledges, body, status=202)

    def abandoned(_: Answers) -> int:
        return len(events_of(stage, body["id"], "abandoned"))

    return Pair(same(stage, giver, "DELETE", f"/v1/pledges/{body['id']}"), abandoned, shared)


def withdraw_item(stage: Stage) -> Pair:
    """An item removed: its pledge goes back once."""
    shared = with_pledge(stage)
    path = f"/v1/lists/{shared.list_id}/items/{shared.item_id}"
    return Pair(same(stage, shared.owner.api, "DELETE", path), done, shared)


def delete_list(stage: Stage) -> Pair:
    """A list deleted: its pledge goes back once."""
    shared = with_pledge(stage)
    path = f"/v1/lists/{shared.list_id}"
    return Pair(same(stage, shared.owner.api, "DELETE", path), done, shared)


def close_account(stage: Stage) -> Pair:
    """An account closed, with a list that has a pledge."""
    shared = with_pledge(stage)
    return Pair(
        same(stage, shared.owner.api, "POST", "/v1/me/close", {"password": PASSWORD}), done, shared
    )


def share(stage: Stage) -> Pair:
    """A share link made anew: of the two that are answered, one leads to the list."""
    shared = stage.one.shared()

    def valid(answers: Answers) -> int:
        tokens = {answer.json()["token"] for answer in answers if answer.is_success}
        paths = (f"/v1/shared/{token}" for token in tokens)
        return done([stage.one.nobody.send("GET", path) for path in paths])

    return Pair(same(stage, shared.owner.api, "POST", f"/v1/lists/{shared.list_id}/share"), valid)


def refresh(stage: Stage) -> Pair:
    """A refresh token: it is worth one pair; then, as one of the two may be a thief, nothing."""
    person = stage.one.account()
    body = {"refresh_token": person.tokens["refresh_token"]}

    def pairs(answers: Answers) -> int:
        for answer in answers:
            if answer.is_success:
                there = stage.one.nobody.signed(answer.json()["access_token"])
                there.refused(401, "bad_token", "GET", "/v1/me")
        return done(answers)

    return Pair(same(stage, stage.one.nobody, "POST", "/v1/auth/token", body), pairs)


def confirm_sign_up(stage: Stage) -> Pair:
    """The code of a sign-up: it makes one account."""
    code, address = sign_up_code(stage)

    def made(answers: Answers) -> int:
        assert accounts_of(stage, address) == 1
        return done(answers)

    return Pair(same(stage, stage.one.nobody, "POST", "/v1/accounts/confirm", code), made)


def confirm_two_sign_ups(stage: Stage) -> Pair:
    """Two codes for one address: it gets one account."""
    first, address = sign_up_code(stage)
    second, _ = sign_up_code(stage, address)
    asks = (
        partial(stage.one.nobody.send, "POST", "/v1/accounts/confirm", first),
        partial(stage.other.nobody.send, "POST", "/v1/accounts/confirm", second),
    )

    def made(answers: Answers) -> int:
        assert accounts_of(stage, address) == 1
        return done(answers)

    return Pair(asks, made)


def confirm_visitor(stage: Stage) -> Pair:
    """A guest's code: it is worth one pass."""
    address = new_email("twice")
    asked = stage.one.nobody.post("/v1/visitors", {"name": "Grace", "email": address}, status=202)
    body = {"id": asked["id"], "code": stage.one.code_for(address)}
    return Pair(same(stage, stage.one.nobody, "POST", "/v1/visitors/confirm", body), done)


def change_password(stage: Stage) -> Pair:
    """Two new passwords for one old one: the first wins, and one of them signs in."""
    person = stage.one.account()
    bodies = [{"old": PASSWORD, "new": f"{PASSWORD}, number {n}"} for n in range(2)]
    asks = (
        partial(person.api.send, "POST", "/v1/me/password", bodies[0]),
        partial(stage.there(person.api).send, "POST", "/v1/me/password", bodies[1]),
    )

    def worth(answers: Answers) -> int:
        assert done(answers) == 1, [answer.text for answer in answers]
        return signing_in(stage, person, [body["new"] for body in bodies])

    return Pair(asks, worth)


def reset_password(stage: Stage) -> Pair:
    """Two new passwords for one code: one of them signs in."""
    person = stage.one.account()
    asked = stage.one.nobody.post("/v1/auth/reset", {"email": person.email}, status=202)
    code = {"id": asked["id"], "code": stage.one.code_for(person.email)}
    bodies = [{**code, "password": f"{PASSWORD}, number {n}"} for n in range(2)]
    asks = (
        partial(stage.one.nobody.send, "POST", "/v1/auth/reset/confirm", bodies[0]),
        partial(stage.other.nobody.send, "POST", "/v1/auth/reset/confirm", bodies[1]),
    )

    def worth(answers: Answers) -> int:
        assert done(answers) == 1, [answer.text for answer in answers]
        return signing_in(stage, person, [body["password"] for body in bodies])

    return Pair(asks, worth)


def change_email(stage: Stage) -> Pair:
    """The code for another address: it is used once."""
    person, address = stage.one.account(), new_email("moved")
    body = {"email": address, "password": PASSWORD}
    asked = person.api.post("/v1/me/email", body, status=202)
    code = {"id": asked["id"], "code": stage.one.code_for(address)}
    return Pair(same(stage, person.api, "POST", "/v1/me/email/confirm", code), done)


def take_username(stage: Stage) -> Pair:
    """Two accounts that want one user name: one gets it."""
    people = [stage.one.account() for _ in range(2)]
    body = {"username": f"u{people[0].profile['id'].replace('-', '')[-20:]}"}
    patch = {"Content-Type": "application/merge-patch+json"}
    asks = (
        partial(people[0].api.send, "PATCH", "/v1/me", body, headers=patch),
        partial(stage.there(people[1].api).send, "PATCH", "/v1/me", body, headers=patch),
    )
    return Pair(asks, done)


def follow(stage: Stage) -> Pair:
    """Following somebody: once, whoever is told so."""
    person, star = stage.one.account(), stage.one.account("star")
    path = f"/v1/me/following/{star.profile['id']}"

    def rows(answers: Answers) -> int:
        assert done(answers) == len(answers)
        return following(stage, person)

    return Pair(same(stage, person.api, "PUT", path), rows)


def unfollow(stage: Stage) -> Pair:
    """Following no longer: it is over, whoever is told so."""
    person, star = stage.one.account(), stage.one.account("star")
    path = f"/v1/me/following/{star.profile['id']}"
    person.api.put(path, None, status=204)

    def ended(answers: Answers) -> int:
        assert done(answers) == len(answers)
        return 1 - following(stage, person)

    return Pair(same(stage, person.api, "DELETE", path), ended)


def last_list(stage: Stage) -> Pair:
    """Two lists when there is room for one."""
    owner = stage.one.account("hoarder")
    asyncio.run(fill(stage.url, UUID(owner.profile["id"])))
    deadline = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    body = {"title": "The last one", "currency": "USD", "deadline": deadline}
    return Pair(same(stage, owner.api, "POST", "/v1/lists", body), done)


PAIRS: Final[dict[str, Prepare]] = {
    prepare.__name__: prepare
    for prepare in (
        pledge, pledge_for_all_of_it, take_back, take_back_while_waiting, withdraw_item,
        delete_list, close_account, share, refresh, confirm_sign_up, confirm_two_sign_ups,
        confirm_visitor, change_password, reset_password, change_email, take_username, follow,
        unfollow, last_list,
    )
}  # fmt: skip


def with_pledge(stage: Stage) -> Shared:
    """Return a shared item for which somebody paid a part."""
    shared = stage.one.shared(price=5000)
    shared.paid(stage.guests(1)[0], 3000)
    return shared


def sign_up_code(stage: Stage, address: str = "") -> tuple[Json, str]:
    """Ask for an account, and return what confirms it, and the address."""
    address = address or new_email("new")
    body = {
        "email": address,
        "password": PASSWORD,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "birthday": "1990-12-10",
    }
    asked = stage.one.nobody.post("/v1/accounts", body, status=202)
    return {"id": asked["id"], "code": stage.one.code_for(address)}, address


def accounts_of(stage: Stage, address: str) -> int:
    """Count the accounts with this address."""
    return len(stage.select("SELECT id FROM account WHERE email = :email", email=address.lower()))


def signing_in(stage: Stage, person: Person, passwords: Sequence[str]) -> int:
    """Count the passwords that sign the person in."""
    return done(
        [
            stage.one.nobody.send(
                "POST", "/v1/auth/token", {"email": person.email, "password": password}
            )
            for password in passwords
        ]
    )


def following(stage: Stage, person: Person) -> int:
    """Count whom a person follows."""
    sql = "SELECT id FROM follow WHERE follower_id = :id"
    return len(stage.select(sql, id=UUID(person.profile["id"])))


def events_of(stage: Stage, pledge_id: str, state: str) -> list[object]:
    """Return the moves of a pledge to a state."""
    sql = "SELECT id FROM pledge_event WHERE pledge_id = :id AND state = :state"
    return stage.select(sql, id=UUID(pledge_id), state=state)


async def fill(url: str, owner_id: UUID) -> None:
    """Make lists until there is room for one more."""
    now = datetime.now(UTC)
    content = lists.ListContent(
        title="One of many", description="", occasion="", deadline=now + timedelta(days=9)
    )
    await db.connect(url, pool_max=1)
    try:
        for _ in range(LISTS_MAX - 1):
            await lists.create_list(owner_id=owner_id, content=content, currency="USD", now=now)
    finally:
        await db.disconnect()
