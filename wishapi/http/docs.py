"""The interactive page, the document, and what the codes of problems mean.

Everything is served from this process: a page of documentation loads nothing from elsewhere.
"""

import importlib.resources
import inspect
from collections.abc import Iterable
from typing import Final

import msgspec
import swagger_ui_bundle

from wishapi.errors import STATUS, status_of
from wishapi.http.calls import Answer, answer, raw_answer
from wishapi.http.encoding import encode_json
from wishapi.http.operations import Resource
from wishapi.http.schemas import Schema
from wishcore.errors import NotFound, WishError

# Swagger UI styles its elements from scripts and draws its icons from data URLs. Scripts in the
# page, other hosts, plug-ins, frames and forms stay forbidden.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_PUBLIC: Final = "public, max-age=300"

_VENDORED: Final = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
_OWN: Final = {
    "docs.html": "text/html; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "docs.css": "text/css; charset=utf-8",
}


class Explanation(msgspec.Struct, frozen=True):
    """What a code of a problem document means."""

    code: str
    title: str
    status: int
    explanation: str


def problems_resource(refusals: Iterable[type[WishError]]) -> Resource:
    """Return the operation that the `type` of every problem document points to."""
    resource = Resource("problems", tag="Problems", description="What the codes of errors mean.")
    known = {kind.code: _explanation(kind) for kind in (*STATUS, *refusals)}

    @resource.get("/problems/{code}", success={200: Explanation}, cache=_PUBLIC)
    async def get_problem(code: str) -> Answer:
        """Explain the code of a problem document."""
        if code not in known:
            raise NotFound
        return answer(known[code])

    return resource


def _explanation(kind: type[WishError]) -> Explanation:
    text = inspect.cleandoc(kind.__doc__ or kind.title)
    return Explanation(code=kind.code, title=kind.title, status=status_of(kind), explanation=text)


def document_resource(document: Schema) -> Resource:
    """Return the operation that serves the OpenAPI document."""
    resource = Resource("openapi", tag="Documentation")
    encoded = encode_json(document)

    @resource.get("/openapi.json", success={200: bytes}, cache=_PUBLIC, documented=False)
    async def get_document() -> Answer:
        """Return the contract of this API (OpenAPI 3.1)."""
        return raw_answer(encoded, media_type="application/json")

    return resource


def pages_resource() -> Resource:
    """Return the interactive page and its files, read once."""
    resource = Resource("docs", tag="Documentation")
    files = _files()
    page = files.pop("docs.html")[0]

    @resource.get("/", success={302: None}, documented=False)
    async def redirect_to_docs() -> Answer:
        """Lead people to the page."""
        return answer(status=302, location="/docs")

    @resource.get("/docs", success={200: bytes}, cache=_PUBLIC, documented=False)
    async def get_docs() -> Answer:
        """Return the page."""
        headers = {"Content-Security-Policy": _POLICY}
        return raw_answer(page, media_type=_OWN["docs.html"], headers=headers)

    @resource.get("/docs/{name}", success={200: bytes}, cache=_PUBLIC, documented=False)
    async def get_docs_file(name: str) -> Answer:
        """Return one of the files that the page needs."""
        if name not in files:
            raise NotFound
        content, media_type = files[name]
        return raw_answer(content, media_type=media_type)

    return resource


def _files() -> dict[str, tuple[bytes, str]]:
    own = importlib.resources.files("wishapi.http") / "pages"
    vendored = swagger_ui_bundle.swagger_ui_path
    return {
        name: ((folder / name).read_bytes(), media_type)
        for folder, names in ((own, _OWN), (vendored, _VENDORED))
        for name, media_type in names.items()
    }
