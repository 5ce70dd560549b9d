"""A front end of one page, as an example to copy: it signs somebody in, refreshes and signs out."""

import base64
import importlib.resources
from hashlib import sha256
from typing import Final

from wishapi.http import Answer, Resource, raw_answer
from wishapi.pages import MEDIA_TYPE

resource = Resource("sign_in_example", tag="Documentation")

_PAGE: Final = (importlib.resources.files("wishapi.pages") / "sign_in_example.html").read_bytes()
_SCRIPT: Final = _PAGE.partition(b'<script type="module">')[2].partition(b"</script>")[0]
_HASH: Final = base64.b64encode(sha256(_SCRIPT).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@resource.get("/docs/sign-in-example", success={200: bytes}, documented=False)
async def show_sign_in_example(query: str) -> Answer:
    """Return the page; its script reads what came back in the query, and the server does not."""
    headers = {"Content-Security-Policy": _POLICY}
    return raw_answer(_PAGE, media_type=MEDIA_TYPE, headers=headers)
