"""A real server process for each set of options, and clients that talk to it over a socket."""

import importlib.util
import json
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.support.forking import Process, forker

_SAMPLE = Path(__file__).with_name("http_sample.py")


@dataclass(frozen=True)
class Server:
    process: Process
    port: int
    folder: Path
    client: httpx.Client

    def log(self) -> str:
        return (self.folder / "stderr").read_text()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log().splitlines()]

    def raw(self, request: bytes) -> bytes:
        """Send bytes as they are and read until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
            return received

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


Start = Callable[..., Server]


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The module of the sample API, for tests that need no process."""
    spec = importlib.util.spec_from_file_location("http_sample", _SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["http_sample"] = module
    spec.loader.exec_module(module)
    return module


def _start(folder: Path, options: dict[str, Any]) -> Server:
    options = {"folder": str(folder), **options}
    ours, theirs = socket.socketpair()
    with ours, ours.makefile("r") as said, (folder / "stderr").open("w") as errors:
        with theirs:
            process = forker().start(
                _SAMPLE.read_text(),
                [json.dumps(options)],
                folder=folder,
                environment={},
                streams=(theirs, theirs, errors),
            )
        port = said.readline()
    assert port.strip().isdigit(), (folder / "stderr").read_text()
    client = httpx.Client(base_url=f"http://127.0.0.1:{int(port)}", timeout=15)
    return Server(process, int(port), folder, client)


def _end(server: Server) -> None:
    server.client.close()
    if server.process.poll() is None:
        server.process.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the usual options, shared by all tests that leave it as it is."""
    options = {"origins": ["https://wish.example", "http://localhost:3000"]}
    started = _start(tmp_path_factory.mktemp("server"), options)
    yield started
    _end(started)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server of one's own, with the options given."""
    servers: list[Server] = []

    def begin(**options: Any) -> Server:
        folder = tmp_path / str(len(servers))
        folder.mkdir()
        servers.append(_start(folder, options))
        return servers[-1]

    yield begin
    for started in servers:
        _end(started)


@pytest.fixture
def client(server: Server) -> httpx.Client:
    return server.client
