"""The link that can be cut."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from simulators.network import Link


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.request.recv(65536):
                self.request.sendall(data)


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield "127.0.0.1", server.server_address[1]
        server.shutdown()
        thread.join()


def connect(link: Link) -> socket.socket:
    return socket.create_connection(("127.0.0.1", link.port), timeout=60)


def through(line: socket.socket, data: bytes) -> bytes:
    """Send all and read as much back, at once from two threads."""
    sender = threading.Thread(target=line.sendall, args=(data,))
    sender.start()
    back = bytearray()
    while len(back) < len(data):
        more = line.recv(65536)
        assert more
        back += more
    sender.join()
    return bytes(back)


def test_bytes_pass_unchanged_both_ways(echo: tuple[str, int]) -> None:
    data = bytes(range(256)) * 20_000
    with Link(echo) as link, connect(link) as one, connect(link) as two:
        assert through(one, data) == data
        assert through(two, b"small") == b"small"
        assert link.accepted == 2


def test_down_closes_and_refuses_and_up_takes_the_same_port_again(echo: tuple[str, int]) -> None:
    with Link(echo) as link:
        port = link.port
        for _ in range(3):
            with connect(link) as line:
                assert through(line, b"hello") == b"hello"
                link.down()
                assert not link.is_up
                with contextlib.suppress(ConnectionResetError):
                    assert line.recv(10) == b""
            with pytest.raises(ConnectionRefusedError):
                connect(link)
            link.up()
            assert link.is_up and link.port == port


def test_up_and_down_twice_are_harmless(echo: tuple[str, int]) -> None:
    with Link(echo) as link:
        link.up()
        link.down()
        link.down()
        link.up()
        with connect(link) as line:
            assert through(line, b"x") == b"x"


def test_a_target_that_is_away_closes_the_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with Link(("127.0.0.1", unused.getsockname()[1])) as link, connect(link) as line:
            assert line.recv(1) == b""


def test_closing_leaves_no_thread_behind(echo: tuple[str, int]) -> None:
    link = Link(echo)
    name = f"link {link.port}"
    assert any(thread.name == name for thread in threading.enumerate())
    link.close()
    assert all(thread.name != name for thread in threading.enumerate())
