"""What a server can do that is well, after whatever was done to it."""

from tests.api.world import Shared, in_days
from tests.support.http import Api
from tests.support.oauth import wish


def assert_alive(shared: Shared, giver: Api) -> None:
    """Insist that it answers, reads, edits and takes a pledge, and that the jobs run."""
    api = shared.world.nobody
    api.get("/health/live")
    api.get("/health/ready")
    assert api.get(f"/v1/shared/{shared.token}")["view"] == "public"
    shared.owner.api.patch(f"/v1/lists/{shared.list_id}", {"deadline": in_days(40)})
    shared.charged(shared.paid(giver, 77)["id"])
    assert_books(shared)


def assert_books(shared: Shared) -> None:
    """Insist that the jobs run, that every fact holds, and that Stripe says the same."""
    server = shared.world.server
    for words in (["tick"], ["check"], ["reconcile", "--since", "1d"]):
        done = wish(server, *words)
        assert done.code == 0, (words, done.out, done.err)
