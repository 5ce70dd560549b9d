"""A strict OpenID provider that others wrote (npm `oidc-provider`), as a child process."""

import asyncio
import fcntl
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import urljoin

import httpx

from tests.support.certificates import environment_that_trusts_the_world
from tests.support.identity import form_of, query_of
from tests.support.skipping import skip_loudly

HERE = Path(__file__).parent
CLIENT_ID = "wish"
SECRET = "a-secret-of-the-tests-and-of-nobody-else"
STEPS_MAX = 12
INSTALL_SECONDS = 120


def require_node() -> str:
    """Return the path of Node with the packages installed, or skip the test, loudly."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _skip("Node is not installed")
    manifest = HERE / "package.json"
    wanted = json.loads(manifest.read_text())["dependencies"]
    with manifest.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Several workers find out at the same time.
        if not all((HERE / "node_modules" / name / "package.json").exists() for name in wanted):
            _install(npm, wanted)
    return node


def _install(npm: str, wanted: Iterable[str]) -> None:
    command = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit"]
    done = subprocess.run(
        command,
        cwd=HERE,
        env=environment_that_trusts_the_world(),
        capture_output=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if done.returncode:
        _skip(f"npm could not install {', '.join(wanted)}")


@asynccontextmanager
async def running_strict(redirect_uri: str) -> AsyncIterator[str]:
    """Run it, and give its issuer."""
    process = await asyncio.create_subprocess_exec(
        require_node(),
        "serve.js",
        redirect_uri,
        cwd=HERE,
        stdin=subprocess.PIPE,  # Its leash: it ends when we do.
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            yield (await process.stdout.readline()).decode().strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def visit_strict(page: str, who: str = "ada") -> dict[str, str]:
    """Sign in on its pages, consent, and return what the browser brings back."""
    async with httpx.AsyncClient(timeout=10) as browser:
        shown = await browser.get(page)
        for _ in range(STEPS_MAX):
            if shown.is_redirect:
                location = urljoin(str(shown.url), shown.headers["location"])
                if not location.startswith(page.partition("/auth")[0]):
                    return query_of(location)
                shown = await browser.get(location)
                continue
            assert shown.status_code == 200, shown.text
            action, fields = form_of(shown.text)
            typed = {"login": who, "password": "any"} if fields.get("prompt") == "login" else {}
            shown = await browser.post(urljoin(str(shown.url), action), data=fields | typed)
    raise AssertionError("It asks and asks.")


def _skip(why: str) -> NoReturn:
    skip_loudly(f"{why}: nobody but our own sandbox judges our client of OpenID providers")
