"""The page on which somebody chooses who to be."""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from wishcli.sandbox.identity.world import Person

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.0625rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 26rem;
  padding: 0 1rem; color: #1a1a1a; background: #fff; }}
button, input {{ font: inherit; width: 100%; min-height: 3rem; margin: 0.25rem 0;
  border: 1px solid #6b7280; border-radius: 0.5rem; background: #fff; color: inherit;
  box-sizing: border-box; padding: 0 0.75rem; }}
button:focus-visible, input:focus-visible {{ outline: 3px solid #1d4ed8; outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""


def choose_person(
    company: str, people: Iterable[Person], question: Mapping[str, str], *, action: str
) -> web.Response:
    """Ask who signs in."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in question.items()
    )
    buttons = "".join(
        f'<button name="subject" value="{escape(person.subject)}">{escape(_shown(person))}</button>'
        for person in people
    )
    content = (
        f"<p>This stands in for {escape(company)}. None of these people exists.</p>"
        f'<form method="post" action="{escape(action)}">{hidden}{buttons}'
        '<button name="cancel" value="1">Cancel</button></form>'
    )
    return page(f"Choose an account at {company}", content)


def refuse(reason: str) -> web.Response:
    """Say why nobody is sent anywhere."""
    return page("This request is refused", f"<p>{escape(reason)}</p>", status=400)


def page(title: str, content: str, *, status: int = 200) -> web.Response:
    """Return a page."""
    return web.Response(
        status=status,
        text=_PAGE.format(title=escape(title), content=content),
        content_type="text/html",
        headers=HEADERS,
    )


def go_back(redirect_uri: str, parameters: Mapping[str, str | None]) -> web.Response:
    """Send the browser back with parameters."""
    parts = urlsplit(redirect_uri)
    query = [*parse_qsl(parts.query), *((k, v) for k, v in parameters.items() if v is not None)]
    location = urlunsplit(parts._replace(query=urlencode(query)))
    return web.Response(status=303, headers={**HEADERS, "Location": location})


def _shown(person: Person) -> str:
    if person.email is None:
        return f"{person.name} (no e-mail address)"
    return f"{person.name} ({person.email}{'' if person.email_verified else ', not verified'})"
