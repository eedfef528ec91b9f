"""The socket under paho: whatever the pieces in which bytes come, the same packets, each to its reader."""

from __future__ import annotations

import socket
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.receive.buffered_socket import KEPT, BufferedSocket, Published

CONTROL = [b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01", b"\xd0\x00"]
PUBACK = b"\x40\x02\x12\x34"


def packet(item: Published) -> bytes:
    topic = item.topic.encode()
    body = len(topic).to_bytes(2, "big") + topic
    body += (item.mid.to_bytes(2, "big") if item.qos else b"") + item.payload
    size, length = len(body), b""
    while True:
        size, low = size >> 7, size & 127
        length += bytes((low | (128 if size else 0),))
        if not size:
            return bytes((0x30 | item.qos << 1,)) + length + body


def published(topic: str, payload: bytes, qos: int, mid: int) -> Published:
    return Published(topic, payload, qos, mid if qos else 0, len(payload))


publishes = st.builds(
    published, st.text(max_size=40), st.binary(max_size=300), st.integers(0, 1), st.integers(1, 65535)
)


@given(
    st.lists(st.one_of(publishes, st.sampled_from([*CONTROL, PUBACK])), max_size=12),
    st.lists(st.integers(1, 90)),
)
def test_packets_are_found_whatever_the_pieces(items: list[Published | bytes], cuts: list[int]) -> None:
    data = b"".join(item if isinstance(item, bytes) else packet(item) for item in items)
    near, far = socket.socketpair()
    with near, far:
        buffered = BufferedSocket(near)
        buffered.setblocking(False)
        control = b""
        pieces = iter(cuts)
        while data:
            size = next(pieces, len(data))
            far.sendall(data[:size])
            data = data[size:]
            buffered.fill()
            while buffered.pending():
                control += buffered.recv(1)
    assert buffered.published == [item for item in items if isinstance(item, Published)]
    assert control == b"".join(item for item in items if isinstance(item, bytes) and item != PUBACK)


@pytest.mark.parametrize("size", [KEPT - 100, KEPT + 1, 8_000_000])
@pytest.mark.parametrize("qos", [0, 1])
def test_a_large_packet_is_read_past_in_little_memory(size: int, qos: int) -> None:
    large, small = published("t" * 60, bytes(size), qos, 9), published("u", b"after", 1, 10)
    data = memoryview(packet(large) + CONTROL[1] + packet(small) + packet(large) + packet(small))
    near, far = socket.socketpair()
    with near, far:
        buffered = BufferedSocket(near)
        buffered.setblocking(False)
        far.setblocking(False)
        tracemalloc.start()
        while data:
            data = data[far.send(data[:70_000]) :]
            buffered.fill()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert not buffered.ended
    assert [one._replace(payload=b"") for one in buffered.published] == [
        one._replace(payload=b"") for one in (large, small, large, small)
    ]
    kept = [len(one.payload) for one in buffered.published]
    assert kept[0] == kept[2] == (size if size < KEPT - 70 else KEPT - 62 - 2 * qos)
    assert buffered.recv(100) == CONTROL[1]
    assert peak < 2_000_000


def test_a_large_packet_cut_off_is_not_delivered() -> None:
    data = packet(published("t", bytes(500_000), 1, 9))[:-1]
    near, far = socket.socketpair()
    with near:
        buffered = BufferedSocket(near)
        with far:
            while data:
                data = data[far.send(data[:70_000]) :]
                buffered.fill()
        while not buffered.ended:
            buffered.fill()
    assert buffered.published == []


def test_a_topic_that_is_no_text_is_empty() -> None:
    near, far = socket.socketpair()
    with near, far:
        buffered = BufferedSocket(near)
        far.sendall(b"\x30\x06\x00\x02\xff\xfehi")
        buffered.fill()
    assert buffered.published == [Published("", b"hi", 0, 0, 2)]


@pytest.mark.parametrize(
    "data",
    [b"\x30\xff\xff\xff\xff\xff", b"\x90\x80\x80\x08" + bytes(KEPT), b""],
    ids=["length", "SUBACK", "end"],
)
def test_nonsense_and_the_end_end_it(data: bytes) -> None:
    near, far = socket.socketpair()
    with near:
        with far:
            far.sendall(data)
        buffered = BufferedSocket(near)
        buffered.fill()
        assert buffered.ended
        assert buffered.recv(1) == b""


def test_nothing_to_read_is_not_the_end() -> None:
    near, far = socket.socketpair()
    with near, far:
        buffered = BufferedSocket(near)
        buffered.setblocking(False)
        buffered.fill()
        assert not buffered.ended
        with pytest.raises(BlockingIOError):
            buffered.recv(1)


def test_what_is_sent_leaves_with_flush() -> None:
    near, far = socket.socketpair()
    with near, far:
        buffered = BufferedSocket(near)
        assert buffered.send(b"one") == 3
        buffered.send(b"two")
        assert buffered.unsent
        buffered.flush()
        assert not buffered.unsent
        assert far.recv(10) == b"onetwo"
