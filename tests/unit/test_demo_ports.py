"""Where the processes of the demo listen."""

import socket

import pytest

from wishcli.demo import stage


@pytest.mark.timeout(10)
def test_a_machine_on_which_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setattr(stage, "_PORTS", range(port, port + 1))
        with pytest.raises(stage.StageFailed):
            stage._free_ports(1)
