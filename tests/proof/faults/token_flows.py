"""A sign-in that is refreshed, at our own door and at that of OAuth.

A client whose answer was lost asks once more with the same refresh token, and signs in anew if it
is refused. Of its old sign-in either nothing is left then, or one pair of tokens.
"""

from typing import Any, ClassVar, Final, Literal

from typing_extensions import override

from tests.api.world import PASSWORD
from tests.proof.faults.case import Broken, Case, Json, Lost, Return
from tests.proof.faults.flows import Before, Flow, expect

CLIENT: Final = "legacy"
OAUTH: Final = "/oauth/token"
OURS: Final = "/v1/auth/token"


class Refreshed(Flow):
    """A client exchanges its refresh token."""

    name: ClassVar[str] = "token refreshed"
    returns: ClassVar[tuple[Return, ...]] = ("at once", "never")
    door: ClassVar[Literal["oauth", "ours"]] = "ours"

    @override
    def prepare(self, before: Before) -> Json:
        person = before.world.account()
        before.wish(
            *("client", "add", CLIENT, "--name", "Legacy", "--redirect-uri", "https://a.test/b"),
            "--allow-password-grant",
        )
        facts: Json = {"email": person.email, "tokens": person.tokens}
        if self.door == "oauth":
            form = {
                "grant_type": "password",
                "client_id": CLIENT,
                "username": person.email,
                "password": PASSWORD,
            }
            answer = before.world.nobody.client.post(OAUTH, data=form)
            facts["tokens"] = expect(answer, 200)
        return facts

    @override
    async def play(self, case: Case) -> None:
        answer = await self._refresh(case, case.facts["tokens"]["refresh_token"])
        refused = 400 if self.door == "oauth" else 401
        if answer.status_code == refused and "asked" in case.acknowledged:
            case.acknowledged["refused"] = True
            return
        case.acknowledged["pair"] = expect(answer, 200)

    @override
    async def judge(self, case: Case, came_back: Return) -> None:
        (live,) = await case.stage.database.select(
            "SELECT token.hash FROM token JOIN token_family ON token_family.id = token.family_id"
            " WHERE token.kind = 'refresh' AND token.used_at IS NULL"
            " AND token_family.revoked_at IS NULL"
            f" AND token_family.client_id {'IS NOT NULL' if self.door == 'oauth' else 'IS NULL'}"
        )
        if len(live) > 1:
            raise Broken(f"{len(live)} refresh tokens of one sign-in are valid")
        pair = case.acknowledged.get("pair")
        if pair is not None:
            await self._must_work(case, pair)
        elif came_back == "never":
            await self._is_one_or_the_other(case, len(live))
        elif live:
            raise Broken("The client was refused, and a token is valid that nobody has")
        await self._sign_in_anew(case)

    async def _must_work(self, case: Case, pair: Json) -> None:
        """Insist that what was acknowledged is valid, and can be refreshed once more."""
        expect(await case.ask("GET", "/v1/me", token=pair["access_token"]), 200)
        expect(await self._refresh(case, pair["refresh_token"]), 200)

    async def _is_one_or_the_other(self, case: Case, live: int) -> None:
        """Nobody knows whether it was exchanged; either way one pair is left."""
        if live != 1:
            raise Broken(f"{live} refresh tokens are valid")
        refused = 400 if self.door == "oauth" else 401
        expect(await self._refresh(case, case.facts["tokens"]["refresh_token"]), 200, refused)

    async def _refresh(self, case: Case, token: str) -> Any:
        try:
            if self.door == "ours":
                return await case.ask("POST", OURS, {"refresh_token": token})
            form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT}
            return await case.ask("POST", OAUTH, data=form)
        except Lost:
            case.acknowledged["asked"] = True
            raise

    async def _sign_in_anew(self, case: Case) -> None:
        body = {"email": case.facts["email"], "password": PASSWORD}
        expect(await case.ask("POST", OURS, body), 200)


class RefreshedByFrontEnd(Refreshed):
    """A registered front end exchanges its refresh token."""

    name = "OAuth token refreshed"
    door = "oauth"
