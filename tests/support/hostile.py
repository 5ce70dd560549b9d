"""Addresses that must never be reached, and a machine where it would be noticed.

Everything happens on this machine: 127.0.0.2 plays the public internet, and 127.0.0.1 and ::1 the
inner network, where a trap counts whoever connects.
"""

import asyncio
import contextlib
import random
import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from wishcore.integrations.addresses import is_public
from wishcore.integrations.web import GuardedWeb, look_up

PUBLIC: Final = "127.0.0.2"
INNER: Final = ("127.0.0.1", "::1")

# {port} is the port of the trap and of the public server, {other} one that nobody may use.
HOSTILE: Final = (
    # this machine, in every spelling that a resolver or a parser may understand
    "http://127.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://127.1:{port}/",
    "http://127.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/",
    "http://0x7f.1:{port}/", "http://0x7f.0x0.0x0.0x1:{port}/", "http://0177.0.0.1:{port}/",
    "http://0177.1:{port}/", "http://017700000001:{port}/", "http://127.0.0.01:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/", "http://127。0。0。1:{port}/", "http://%31%32%37.0.0.1:{port}/",
    "http://0.0.0.0:{port}/", "http://0:{port}/", "http://localhost:{port}/",
    "http://LOCALHOST:{port}/", "http://localhost.:{port}/", "http://ip6-localhost:{port}/",
    "http://[::1]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/", "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/",
    "http://[2002:7f00:1::1]:{port}/", "http://[2001:0:7f00:1::1]:{port}/",
    # other people's inner networks, and what is no single machine
    "http://10.0.0.1/", "http://192." "168.0.1/", "http://172." "16.0.1/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/", "http://[fec0::1]/", "http://[fe80::1]/", "http://[fe80::1%25lo]/",
    "http://[ff02::1]/", "http://192.0.0.8/", "http://192.88.99.1/", "http://198.18.0.1/",
    "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    # what only looks like something else
    "http://user@public.example:{port}/", "http://public.example:{port}@127.0.0.1:{port}/",
    "http://@public.example:{port}/", "http://public.example\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@public.example/", "http://public.example:{other}/",
    "http://public.example:22/", "http://public.example:0/", "http://public.example:65536/",
    "file:///etc/passwd", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_x",
    "http:///x", "http://[::1", "http://public.example:{port}/\r\nHost: 127.0.0.1",
    " http://127.0.0.1:{port}/", "http://127.0.0.1\t:{port}/",
)  # fmt: skip


Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Internet:
    """The public server, the traps, and a guarded client that knows no other machines."""

    port: int
    other: int
    pages: dict[str, Handler] = field(default_factory=dict)
    """What the public server answers at each path."""
    answers: dict[str, deque[Sequence[str]]] = field(default_factory=dict)
    """What the resolver says of a name, one answer after the other; the last one stays."""
    asked: list[str] = field(default_factory=list)
    """Every request that the public server got, as its host and path."""
    trapped: int = 0
    """How many connections reached what must not be reached."""
    allowed: set[str] = field(default_factory=set)
    """The addresses that the guard found public."""

    def guard(self, *, seconds_max: float = 5.0) -> GuardedWeb:
        """Return a client that may also use the public server's address and port."""
        return GuardedWeb(
            lookup=self._look_up,
            is_allowed=self._is_allowed,
            ports=frozenset({80, 443, self.port}),
            seconds_max=seconds_max,
        )

    def hostile(self, template: str) -> str:
        """Return a hostile address with the ports of this machine."""
        return template.replace("{port}", str(self.port)).replace("{other}", str(self.other))

    def redirect(self, path: str, target: str, *, status: int = 302) -> str:
        """Let a public page redirect; return its address."""

        async def answer(_request: web.BaseRequest) -> web.StreamResponse:
            # Not web.HTTPFound, which repairs what it is given.
            location = target.encode("utf-8", "surrogateescape").decode("latin-1")
            return web.Response(status=status, headers={"Location": _printable(location)})

        self.pages[path] = answer
        return f"http://public.example:{self.port}{path}"

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        name = host.rstrip(".").lower()
        if (prepared := self.answers.get(name)) is not None:
            return prepared.popleft() if len(prepared) > 1 else prepared[0]
        if name.endswith(".example") or name in {"amzn.to", "a.co"}:
            return [PUBLIC]
        if not name.endswith("localhost") and any(
            letter in "ghijklmnopqrstuvwyz" for letter in name
        ):
            raise socket.gaierror("There is no such name on this machine")
        return await look_up(host, port)

    def _is_allowed(self, address: str) -> bool:
        if address == PUBLIC or is_public(address):
            self.allowed.add(address)
            return True
        return False


@contextlib.asynccontextmanager
async def internet() -> AsyncIterator[Internet]:
    """Run the public server and the traps."""
    async with contextlib.AsyncExitStack() as stack:
        port, sockets = _listening_sockets()
        found = Internet(port=port, other=0)

        async def trap(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.trapped += 1
            writer.close()

        other = socket.create_server((PUBLIC, 0))
        found.other = other.getsockname()[1]
        for each in (other, *sockets[1:]):
            server = await asyncio.start_server(trap, sock=each)
            stack.callback(server.close)

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            found.asked.append(f"{request.host}{request.path}")
            page = found.pages.get(request.path)
            return web.Response(status=404) if page is None else await page(request)

        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, sockets[0]).start()
        yield found


def _listening_sockets() -> tuple[int, list[socket.socket]]:
    """Listen at one port of all the addresses, the public one first."""
    while True:
        port = random.randrange(20_000, 32_000)
        made: list[socket.socket] = []
        try:
            for address in (PUBLIC, *INNER):
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                made.append(socket.create_server((address, port), family=family))
        except OSError:
            for each in made:
                each.close()
            if len(made) == len(INNER):  # This machine has no IPv6.
                return port, [socket.create_server((PUBLIC, port))]
            continue
        return port, made


def _printable(location: str) -> str:
    return location.replace("\r\n", "%0d%0a")
