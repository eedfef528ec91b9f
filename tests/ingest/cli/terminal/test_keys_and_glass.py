"""Keys out of bytes, frames out of the display's line, the box they are shown in."""

import os

import pytest

from ingest.cli.terminal.keyboard import keys_in
from ingest.cli.terminal.picture import boxed, columns_of
from ingest.cli.terminal.stage import Glass
from simulators.ports import Port


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"I2O", ["I", "2", "O"]),
        (b"\x1b[A\x1b[B\x1b[D\x1b[C", ["w", "s", "a", "d"]),
        (b"\x1b[1;5Aq", ["q"]),
        (b"\x1b[", []),
        (b"a\r\n \xe4\xb8\xadb", ["a", "b"]),
    ],
)
def test_keys(data, keys):
    assert keys_in(data) == keys


def test_the_last_whole_frame_is_shown():
    port = Port()
    line = os.open(port.path, os.O_RDWR | os.O_NOCTTY)
    try:
        glass = Glass(port)
        assert not glass.read()
        first = "\x1b[H12:00\x1b[K\r\n就绪\x1b[K\r\n\x1b[J".encode()
        os.write(line, first[:12])
        assert not glass.read() and glass.rows == ()
        os.write(line, first[12:] + b"\x1b[Ha\x1b[K\r\n")
        assert glass.read() and glass.rows == ("12:00", "就绪")
        os.write(line, b"b\x1b[K\r\n\x1b[J")
        assert glass.read() and glass.rows == ("a", "b")
        os.write(line, b"\x1b[Ha\x1b[K\r\nb\x1b[K\r\n\x1b[J")
        assert not glass.read()
    finally:
        os.close(line)
        port.close()


def test_the_box_is_straight_with_wide_characters():
    lines = boxed(["12:00 在线 星12", "    就  绪", "", "O签退 X全部签退"])
    assert len({columns_of(line) for line in lines}) == 1
