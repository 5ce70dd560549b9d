"""As in `nonsense`, for the tables of front ends and of signing in elsewhere."""

from collections.abc import Mapping
from typing import Final

Values = Mapping[str, str | int | bool | None]

AT: Final = "2026-11-20 12:00:00+00:00"
LATER: Final = "2026-12-24 12:00:00+00:00"
HASH: Final = "a" * 64
CHALLENGE: Final = "b" * 43
URI: Final = "https://shop.example/cb"
REQUEST: Final = "00000000-0000-7000-8000-000000000101"
IDENTITY: Final = "00000000-0000-7000-8000-000000000102"
FAMILY: Final = "00000000-0000-7000-8000-000000000003"

SENSE: Final[Mapping[str, Values]] = {
    "oauth_client": {
        "client_id": "shop", "name": "Shop", "redirect_uris": URI, "origins": "",
        "grants": "authorization_code", "scopes": "read", "created_at": AT, "updated_at": AT,
    },
    "authorization_request": {
        "id": REQUEST, "token_hash": HASH, "browser_hash": HASH, "client_id": "shop",
        "redirect_uri": URI, "scope": "read", "code_challenge": CHALLENGE, "expires_at": LATER,
        "created_at": AT, "updated_at": AT,
    },
    "provider_attempt": {
        "state_hash": HASH, "provider": "google", "request_id": REQUEST, "browser_hash": HASH,
        "created_at": AT, "expires_at": LATER,
    },
    "authorization_code": {
        "hash": HASH, "client_id": "shop", "redirect_uri": URI, "code_challenge": CHALLENGE,
        "family_id": FAMILY, "created_at": AT, "expires_at": LATER,
    },
    "social_identity": {
        "id": IDENTITY, "provider": "google", "subject": "1", "email_verified": False,
        "claims": "{}", "signed_in_at": AT, "created_at": AT, "updated_at": AT,
    },
}  # fmt: skip

NONSENSE: Final[Mapping[str, Values]] = {
    "oauth_client_has_id": {"client_id": "x"},
    "oauth_client_has_name": {"name": " "},
    "oauth_client_secret_is_hashed": {"secret_hash": "secret"},
    "oauth_client_has_grants": {"grants": ""},
    "oauth_client_has_scopes": {"scopes": ""},
    "authorization_request_is_hashed": {"token_hash": "secret"},
    "authorization_request_knows_browser": {"browser_hash": "secret"},
    "authorization_request_has_challenge": {"code_challenge": "plain"},
    "authorization_request_has_scope": {"scope": ""},
    "authorization_request_leads_somewhere": {"redirect_uri": "nowhere"},
    "authorization_request_ends_later": {"expires_at": AT},
    "provider_attempt_is_hashed": {"state_hash": "secret"},
    "provider_attempt_has_provider": {"provider": ""},
    "provider_attempt_knows_browser": {"browser_hash": "secret"},
    "provider_attempt_ends_later": {"expires_at": AT},
    "authorization_code_is_hashed": {"hash": "secret"},
    "authorization_code_has_challenge": {"code_challenge": "plain"},
    "authorization_code_leads_somewhere": {"redirect_uri": "nowhere"},
    "authorization_code_ends_later": {"expires_at": AT},
    "social_identity_has_provider": {"provider": ""},
    "social_identity_has_subject": {"subject": ""},
    "social_identity_email_is_lower_case": {"email": "Ada@people.example"},
    "social_identity_verified_has_email": {"email_verified": True},
}
