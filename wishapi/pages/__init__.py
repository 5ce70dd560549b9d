"""The pages that people see here: plain HTML, no script, nothing from elsewhere, on any screen."""

import base64
import importlib.resources
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from wishapi.http import Answer, raw_answer

MEDIA_TYPE: Final = "text/html; charset=utf-8"
# Every value is escaped, and a forgotten one is an error.
_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("wishapi", "pages"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE: Final = (importlib.resources.files("wishapi.pages") / "pages.css").read_text("utf-8")
_STYLE_HASH: Final = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()


def page(
    template: str,
    *,
    status: int = 200,
    leads_to: Iterable[str] = (),
    headers: dict[str, str] | None = None,
    **values: object,
) -> Answer:
    """Answer with a page; its forms lead to us, and from us to nowhere but `leads_to`."""
    content = _ENVIRONMENT.get_template(template).render(style=Markup(_STYLE), **values)  # noqa: S704
    # Browsers hold the redirects after a form against form-action too.
    forms = " ".join(["'self'", *dict.fromkeys(leads_to)])
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {forms}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return raw_answer(
        content.encode(),
        media_type=MEDIA_TYPE,
        status=status,
        headers={"Content-Security-Policy": policy, **(headers or {})},
    )
