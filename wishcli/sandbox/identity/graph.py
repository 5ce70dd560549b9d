"""Facebook's place: the dialog, and the part of Graph that sign-in needs."""

import hashlib
import hmac
import time
from collections.abc import Mapping

from aiohttp import web

from wishcli.sandbox.identity import pages
from wishcli.sandbox.identity.lies import Lie
from wishcli.sandbox.identity.world import Grant, Person, World

_INVALID_TOKEN = 190
_INVALID_PARAMETER = 100
_QUESTION = ("client_id", "redirect_uri", "response_type", "scope", "state")


def add_routes(app: web.Application, world: World) -> None:
    """Answer at `/facebook` and `/graph`."""
    facebook = Facebook(world)
    version = world.config.facebook_version
    app.router.add_get(f"/facebook/{version}/dialog/oauth", facebook.ask)
    app.router.add_post(f"/facebook/{version}/dialog/oauth", facebook.answer)
    app.router.add_get(f"/graph/{version}/oauth/access_token", facebook.exchange)
    app.router.add_post(f"/graph/{version}/oauth/access_token", facebook.exchange)
    app.router.add_get(f"/graph/{version}/debug_token", facebook.inspect)
    app.router.add_get(f"/graph/{version}/me", facebook.me)


class Facebook:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ask(self, request: web.Request) -> web.Response:
        """Show who can be chosen, if the question is right."""
        question = dict(request.query)
        if refused := self._refusal(question):
            return refused
        known = {name: question[name] for name in _QUESTION if name in question}
        return pages.choose_person(
            "Facebook", self._world.people.values(), known, action=request.path
        )

    async def answer(self, request: web.Request) -> web.Response:
        """Send the browser back with a code."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if refused := self._refusal(form):
            return refused
        redirect_uri, state = form["redirect_uri"], form.get("state")
        person = self._world.people.get(form.get("subject", ""))
        if person is None:
            denied = {
                "error": "access_denied",
                "error_reason": "user_denied",
                "error_description": "Permissions error",
                "state": state,
            }
            return pages.go_back(redirect_uri, denied)
        grant = Grant(
            person=person,
            redirect_uri=redirect_uri,
            nonce=None,
            code_challenge=None,
            ends_at=time.time() + self._world.config.code_seconds,
        )
        code = self._world.new_code(self._world.facebook_codes, grant)
        return pages.go_back(redirect_uri, {"code": code, "state": state})

    async def exchange(self, request: web.Request) -> web.Response:
        """Give a user token for a code."""
        given = {name: str(value) for name, value in (await request.post()).items()}
        given = given or dict(request.query)
        config = self._world.config
        if given.get("client_id") != config.facebook_app_id or (
            given.get("client_secret") != config.secret
        ):
            return _error(_INVALID_PARAMETER, "Error validating client secret.")
        grant = self._world.take_code(self._world.facebook_codes, given.get("code", ""))
        if grant is None or grant.redirect_uri != given.get("redirect_uri"):
            return _error(_INVALID_PARAMETER, "Error validating verification code.")
        token = self._world.new_token("EAAB", grant.person)
        return web.json_response(
            {"access_token": token, "token_type": "bearer", "expires_in": 5183944}
        )

    async def inspect(self, request: web.Request) -> web.Response:
        """Say whose token it is, and for which app."""
        config, lies = self._world.config, self._world.lies
        if request.query.get("access_token") != f"{config.facebook_app_id}|{config.secret}":
            return _error(_INVALID_TOKEN, "Invalid OAuth access token.")
        person = self._world.tokens.get(request.query.get("input_token", ""))
        is_valid = person is not None and not lies.tells(Lie.INVALID_TOKEN)
        data: dict[str, object] = {"is_valid": is_valid, "scopes": []}
        if person is not None:
            data |= {
                "app_id": "999" if lies.tells(Lie.OTHER_APP) else config.facebook_app_id,
                "type": "PAGE" if lies.tells(Lie.PAGE_TOKEN) else "USER",
                "application": "Wish",
                "expires_at": int(time.time()) + 5183944,
                "issued_at": int(time.time()),
                "scopes": ["public_profile", "email"],
                "user_id": "42" if lies.tells(Lie.OTHER_USER) else person.subject,
            }
        return web.json_response({"data": data})

    async def me(self, request: web.Request) -> web.Response:
        """Show the profile, to who proves to be the app's server."""
        token = request.query.get("access_token", "")
        person = self._world.tokens.get(token)
        if person is None:
            return _error(_INVALID_TOKEN, "Invalid OAuth access token.")
        secret = self._world.config.secret.encode()
        proof = hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof, request.query.get("appsecret_proof", "")):
            return _error(_INVALID_PARAMETER, "Invalid appsecret_proof provided.")
        fields = request.query.get("fields", "id,name").split(",")
        profile = _profile(person)
        return web.json_response({name: profile[name] for name in fields if name in profile})

    def _refusal(self, question: Mapping[str, str]) -> web.Response | None:
        if question.get("client_id") != self._world.config.facebook_app_id:
            return pages.refuse("Invalid App ID.")
        if question.get("redirect_uri") not in self._world.facebook_redirect_uris:
            return pages.refuse("URL blocked: the redirect URI is not white-listed.")
        if question.get("response_type") != "code" or not question.get("state"):
            return pages.refuse("The request needs response_type=code and a state.")
        return None


def _profile(person: Person) -> dict[str, object]:
    profile: dict[str, object] = {
        "id": person.subject,
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "picture": {
            "data": {
                "height": 50,
                "is_silhouette": False,
                "url": f"https://pictures.example/{person.subject}.jpg",
                "width": 50,
            }
        },
    }
    return profile if person.email is None else profile | {"email": person.email}


def _error(code: int, message: str) -> web.Response:
    error = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "A0000000000000000000000",
    }
    return web.json_response({"error": error}, status=400)
