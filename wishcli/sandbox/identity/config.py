"""What can be chosen when the stand-ins are started."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfig:
    """Who may ask, and where people go back to."""

    google_client_id: str
    facebook_app_id: str
    secret: str = field(repr=False)
    google_redirect_uris: tuple[str, ...] = ()
    facebook_redirect_uris: tuple[str, ...] = ()
    facebook_version: str = "v25.0"
    code_seconds: float = 60.0
    id_token_seconds: int = 3600
