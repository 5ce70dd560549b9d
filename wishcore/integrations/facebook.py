"""Facebook, by its own OAuth 2: it has no `id_token` that could be used.

See developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow.
"""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode, urlsplit

from wishcore.identities import (
    Described,
    ProviderNotBelieved,
    ProviderRefused,
    ProviderUnavailable,
    Return,
    Start,
)
from wishcore.integrations.json_web import Json, JsonWeb

DIALOG_BASE: Final = "https://www.facebook.com"
GRAPH_BASE: Final = "https://graph.facebook.com"
_FIELDS: Final = "id,name,first_name,last_name,email,picture"
_OK: Final = 200
_SUBJECT_MAX: Final = 255
_PASSING: Final = frozenset({1, 2, 4, 17, 341})
"""Codes of Graph errors that go away by themselves: unknown, service, and the three limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacebookSettings:
    """Where Facebook is, and which app we are there."""

    app_id: str
    app_secret: str = field(repr=False)
    version: str = "v25.0"
    dialog_base: str = DIALOG_BASE
    graph_base: str = GRAPH_BASE
    total_seconds: float = 10.0


class FacebookProvider:
    """An `IdentityProvider` over Facebook's dialog and Graph."""

    name = "facebook"
    title = "Facebook"
    issuer = None
    vouches_for_addresses = False
    """It does not say whether it verified an address."""

    def __init__(self, settings: FacebookSettings) -> None:
        self._settings = settings
        self._web = JsonWeb(total_seconds=settings.total_seconds)

    @property
    def origins(self) -> tuple[str, ...]:
        """Where its dialog is; Facebook's own leads on to other hosts, by country and device."""
        parts = urlsplit(self._settings.dialog_base)
        own = f"{parts.scheme}://{parts.netloc}"
        return ("https://*.facebook.com",) if own == DIALOG_BASE else (own,)

    async def page(self, start: Start) -> str:
        """Return the address of the dialog."""
        query = urlencode(
            {
                "client_id": self._settings.app_id,
                "redirect_uri": start.redirect_uri,
                "state": start.state,
                "response_type": "code",
                "scope": "public_profile,email",
            }
        )
        return f"{self._settings.dialog_base}/{self._settings.version}/dialog/oauth?{query}"

    async def identify(self, back: Return) -> Described:
        """Exchange the code, have Facebook say whose token it is and for which app, and ask who."""
        token = await self._user_token(back)
        user_id = await self._inspected(token)
        profile = await self._profile(token)
        if profile.get("id") != user_id:
            raise ProviderNotBelieved
        return _described(user_id, profile)

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def _user_token(self, back: Return) -> str:
        # As a form: an address ends up in logs, and this one would hold the secret.
        body = await self._graph(
            "oauth/access_token",
            {
                "client_id": self._settings.app_id,
                "client_secret": self._settings.app_secret,
                "redirect_uri": back.redirect_uri,
                "code": back.code,
            },
            is_form=True,
        )
        token = body.get("access_token")
        if not isinstance(token, str) or not token:
            raise ProviderNotBelieved
        return token

    async def _inspected(self, token: str) -> str:
        """Return the user of a token, if it is a valid one that was made for our app."""
        app_token = f"{self._settings.app_id}|{self._settings.app_secret}"
        body = await self._graph("debug_token", {"input_token": token, "access_token": app_token})
        data = body.get("data")
        if not isinstance(data, dict):
            raise ProviderUnavailable
        user_id = data.get("user_id")
        if (
            data.get("is_valid") is not True
            or str(data.get("app_id")) != self._settings.app_id
            or data.get("type") != "USER"
            or not isinstance(user_id, str)
            or not user_id.isascii()
            or not user_id.isalnum()
            or len(user_id) > _SUBJECT_MAX
        ):
            raise ProviderNotBelieved
        return user_id

    async def _profile(self, token: str) -> Json:
        proof = hmac.new(
            self._settings.app_secret.encode(), token.encode("utf-8", "replace"), sha256
        ).hexdigest()
        return await self._graph(
            "me", {"fields": _FIELDS, "access_token": token, "appsecret_proof": proof}
        )

    async def _graph(self, path: str, parameters: dict[str, str], *, is_form: bool = False) -> Json:
        url = f"{self._settings.graph_base}/{self._settings.version}/{path}"
        answer = await (
            self._web.post(url, parameters) if is_form else self._web.get(url, parameters)
        )
        error = answer.body.get("error")
        if answer.status == _OK and error is None:
            return answer.body
        code = error.get("code") if isinstance(error, dict) else None
        if code in _PASSING or not isinstance(error, dict):
            raise ProviderUnavailable
        raise ProviderRefused


def _described(user_id: str, profile: Json) -> Described:
    def text(name: str) -> str | None:
        value = profile.get(name)
        return value if isinstance(value, str) else None

    return Described(
        subject=user_id,
        email=text("email"),
        email_verified=False,
        name=text("name"),
        first_name=text("first_name"),
        last_name=text("last_name"),
        picture_url=_picture(profile),
        claims=profile,
    )


def _picture(profile: Json) -> str | None:
    picture = profile.get("picture")
    data = picture.get("data") if isinstance(picture, dict) else None
    url = data.get("url") if isinstance(data, dict) else None
    return url if isinstance(url, str) else None
