"""Google's place: an OpenID provider with discovery, PKCE, and signed tokens."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from aiohttp import web
from joserfc import jwt

from wishcli.sandbox.identity import pages
from wishcli.sandbox.identity.lies import Lie
from wishcli.sandbox.identity.world import Grant, Person, World

BASE = "/google"
_QUESTION = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method",
)  # fmt: skip


def add_routes(app: web.Application, world: World) -> None:
    """Answer at `/google`."""
    provider = OpenId(world)
    app.router.add_get(f"{BASE}/.well-known/openid-configuration", provider.discover)
    app.router.add_get(f"{BASE}/keys", provider.keys)
    app.router.add_get(f"{BASE}/authorize", provider.ask)
    app.router.add_post(f"{BASE}/authorize", provider.answer)
    app.router.add_post(f"{BASE}/token", provider.exchange)
    app.router.add_get(f"{BASE}/userinfo", provider.userinfo)


class OpenId:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _issuer(self) -> str:
        return self._world.base_url + BASE

    async def discover(self, _: web.Request) -> web.Response:
        """Say where everything is."""
        issuer = self._issuer
        if self._world.lies.tells(Lie.OTHER_DISCOVERED_ISSUER):
            issuer = "https://accounts.evil.example"
        return web.json_response(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "userinfo_endpoint": f"{self._issuer}/userinfo",
                "jwks_uri": f"{self._issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
            },
            headers={"Cache-Control": "public, max-age=3600"},
        )

    async def keys(self, _: web.Request) -> web.Response:
        """Publish the key that tokens are signed with."""
        return web.json_response(
            {"keys": [self._world.key.as_dict(private=False)]},
            headers={"Cache-Control": "public, max-age=3600"},
        )

    async def ask(self, request: web.Request) -> web.Response:
        """Show who can be chosen, if the question is right."""
        question = dict(request.query)
        if refused := self._refusal(question, len(request.query)):
            return refused
        known = {name: question[name] for name in _QUESTION if name in question}
        people = self._world.people.values()
        return pages.choose_person("Google", people, known, action=f"{BASE}/authorize")

    async def answer(self, request: web.Request) -> web.Response:
        """Send the browser back with a code."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if refused := self._refusal(form, len(form)):
            return refused
        redirect_uri, state = form["redirect_uri"], form.get("state")
        person = self._world.people.get(form.get("subject", ""))
        if person is None:
            denied = {"error": "access_denied", "state": state}
            return pages.go_back(redirect_uri, denied)
        code = self._world.new_code(
            self._world.google_codes,
            Grant(
                person=person,
                redirect_uri=redirect_uri,
                nonce=form.get("nonce"),
                code_challenge=form["code_challenge"],
                ends_at=time.time() + self._world.config.code_seconds,
            ),
        )
        return pages.go_back(
            redirect_uri, {"state": state, "code": code, "iss": self._named_issuer()}
        )

    async def exchange(self, request: web.Request) -> web.Response:
        """Give tokens for a code, to who proves itself and has the verifier."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        config = self._world.config
        if form.get("client_id") != config.google_client_id or (
            form.get("client_secret") != config.secret
        ):
            return _error("invalid_client", status=401)
        if form.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type")
        grant = self._world.take_code(self._world.google_codes, form.get("code", ""))
        if (
            grant is None
            or grant.redirect_uri != form.get("redirect_uri")
            or grant.code_challenge != _challenge(form.get("code_verifier", ""))
        ):
            return _error("invalid_grant")
        access_token = self._world.new_token("ya29.", grant.person)
        answer: dict[str, object] = {
            "access_token": access_token,
            "expires_in": 3599,
            "scope": "openid email profile",
            "token_type": "Bearer",
        }
        if not self._world.lies.tells(Lie.NO_ID_TOKEN):
            answer["id_token"] = self._id_token(grant, access_token)
        return web.json_response(answer)

    async def userinfo(self, request: web.Request) -> web.Response:
        """Say whose access token it is."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        person = self._world.tokens.get(token)
        return (
            web.json_response(_profile(person)) if person else _error("invalid_token", status=401)
        )

    def _refusal(self, question: Mapping[str, str], count: int) -> web.Response | None:
        if question.get("client_id") != self._world.config.google_client_id:
            return pages.refuse("The client is not registered here.")
        redirect_uri = question.get("redirect_uri", "")
        if redirect_uri not in self._world.google_redirect_uris:
            return pages.refuse("The redirect URI is not registered here.")
        is_right = (
            question.get("response_type") == "code"
            and "openid" in question.get("scope", "").split()
            and question.get("code_challenge_method") == "S256"
            and bool(question.get("code_challenge"))
            and bool(question.get("state"))
            and bool(question.get("nonce"))
            and count == len(question)
        )
        if is_right:
            return None
        refused = {"error": "invalid_request", "state": question.get("state")}
        return pages.go_back(redirect_uri, refused)

    def _named_issuer(self) -> str | None:
        lies = self._world.lies
        if lies.tells(Lie.FOREIGN_ISSUER_IN_CALLBACK):
            return "https://accounts.evil.example"
        return self._issuer if lies.tells(Lie.ISSUER_IN_CALLBACK) else None

    def _id_token(self, grant: Grant, access_token: str) -> str:
        world, lies = self._world, self._world.lies
        claims = _lied_claims(self._claims(grant, access_token), lies.told)
        if lies.tells(Lie.UNSIGNED):
            return _by_hand({"alg": "none"}, claims, secret=None)
        if lies.tells(Lie.SYMMETRIC):
            # The public key as the secret of an HMAC: who asks the token how it is signed falls
            # for it.
            header = {"alg": "HS256", "kid": str(world.key.kid)}
            return _by_hand(header, claims, secret=world.key.as_pem(private=False))
        is_foreign = lies.told & {Lie.FOREIGN_KEY, Lie.UNKNOWN_KEY}
        key = world.foreign_key if is_foreign else world.key
        kid = world.foreign_key.kid if lies.tells(Lie.UNKNOWN_KEY) else world.key.kid
        return jwt.encode({"alg": "RS256", "kid": kid, "typ": "JWT"}, claims, key)

    def _claims(self, grant: Grant, access_token: str) -> dict[str, object]:
        now = int(time.time())
        digest = hashlib.sha256(access_token.encode()).digest()[:16]
        return {
            "iss": self._issuer,
            "azp": self._world.config.google_client_id,
            "aud": self._world.config.google_client_id,
            "at_hash": _encoded(digest),
            "nonce": grant.nonce,
            "iat": now,
            "exp": now + self._world.config.id_token_seconds,
            **_profile(grant.person),
        }


def _lied_claims(claims: dict[str, object], told: frozenset[Lie]) -> dict[str, object]:
    now = int(time.time())
    lies: dict[Lie, dict[str, object]] = {
        Lie.EXPIRED: {"iat": now - 300, "exp": now - 120},
        Lie.OLD: {"iat": now - 7200},
        Lie.FROM_THE_FUTURE: {"iat": now + 7200, "exp": now + 9000},
        Lie.FOREIGN_ISSUER: {"iss": "https://accounts.evil.example"},
        Lie.WRONG_AUDIENCE: {"aud": "somebody-else", "azp": "somebody-else"},
        Lie.SHARED_AUDIENCE: {"aud": [claims["aud"], "somebody-else"], "azp": "somebody-else"},
        Lie.WRONG_NONCE: {"nonce": "of-another-visit"},
        Lie.NO_NONCE: {"nonce": None},
        Lie.NO_SUBJECT: {"sub": ""},
        Lie.WRONG_AT_HASH: {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        Lie.VERIFIED_AS_TEXT: {"email_verified": "true"},
    }
    for lie in told & lies.keys():
        claims |= lies[lie]
    return {name: value for name, value in claims.items() if value is not None}


def _profile(person: Person) -> dict[str, object]:
    profile: dict[str, object] = {
        "sub": person.subject,
        "name": person.name,
        "given_name": person.first_name,
        "family_name": person.last_name,
        "picture": f"https://pictures.example/{person.subject}.jpg",
        "locale": "en",
    }
    if person.email is not None:
        profile |= {"email": person.email, "email_verified": person.email_verified}
    return profile


def _by_hand(
    header: Mapping[str, str], claims: Mapping[str, object], *, secret: bytes | None
) -> str:
    """Make a token as no library makes it."""
    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    if secret is None:
        return f"{signed}."
    return f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _challenge(verifier: str) -> str:
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def _error(code: str, *, status: int = 400) -> web.Response:
    return web.json_response({"error": code, "error_description": "Bad Request"}, status=status)
