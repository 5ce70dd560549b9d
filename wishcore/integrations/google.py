"""Google, as an OpenID provider.

See developers.google.com/identity/openid-connect/openid-connect.
"""

from collections.abc import Callable
from typing import Final

from wishcore.integrations.openid import OpenIdProvider, OpenIdSettings

ISSUER: Final = "https://accounts.google.com"


def google(
    *, issuer: str, client_id: str, client_secret: str, clock: Callable[[], float]
) -> OpenIdProvider:
    """Return Google, or what stands at its place under another issuer."""
    return OpenIdProvider(
        OpenIdSettings(
            name="google",
            title="Google",
            issuer=issuer,
            # Google's own tokens have named it both ways.
            other_issuers=("accounts.google.com",) if issuer == ISSUER else (),
            client_id=client_id,
            client_secret=client_secret,
            more={"prompt": "select_account"},
        ),
        clock=clock,
    )
