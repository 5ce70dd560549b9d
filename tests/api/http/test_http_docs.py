"""The page works without the internet, and under a policy that forbids everything else."""

import re
from typing import Any

import httpx
import pytest

FILES = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
    "docs.js": "text/javascript; charset=utf-8",
    "docs.css": "text/css; charset=utf-8",
}


def test_the_root_leads_to_the_page(client: httpx.Client) -> None:
    response = client.get("/")
    assert (response.status_code, response.headers["location"]) == (302, "/docs")


def test_the_page_has_a_policy_and_nothing_inline(client: httpx.Client) -> None:
    response = client.get("/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"<script(?![^>]*\ssrc=)", response.text)
    assert not re.search(r"\son\w+=|<style|\sstyle=", response.text)


def test_everything_that_the_page_loads_is_here(client: httpx.Client) -> None:
    loaded = set(re.findall(r'(?:src|href)="([^"]+)"', client.get("/docs").text))
    assert loaded == {f"/docs/{name}" for name in FILES} | {"/openapi.json"}
    assert "http" not in client.get("/docs/docs.js").text
    for path in loaded:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_files_are_served_as_what_they_are(
    client: httpx.Client, name: str, media_type: str
) -> None:
    response = client.get(f"/docs/{name}")
    assert response.headers["content-type"] == media_type
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert len(response.content) > 5


@pytest.mark.parametrize(
    "name",
    [
        "docs.html",
        "index.html",
        "swagger-initializer.js",
        "oauth2-redirect.html",
        "..",
        "docs.py",
        "..%2f..%2fapplication.py",
        "%2e%2e%2fdocs.py",
        "swagger-ui.css/",
        "package.json",
    ],
)
def test_no_other_file_is_served(server: Any, name: str) -> None:
    request = f"GET /docs/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert server.raw(request.encode()).startswith(b"HTTP/1.1 404 ")


def test_docs_can_be_switched_off(start: Any) -> None:
    client = start(docs=False).client
    for path in ("/", "/docs", "/docs/docs.js"):
        assert client.get(path).status_code == 404
    assert client.get("/openapi.json").status_code == 200
    assert client.get("/problems/invalid").status_code == 200
