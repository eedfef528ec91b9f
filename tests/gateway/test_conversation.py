"""What a gateway makes of frames that are well framed and nothing else."""

from typing import cast

import pytest

from firmware.wire import cable, topics
from gateway.broker import Broker
from gateway.conversation import Conversation
from gateway.line import Line

NUMBER = 7
TOPIC = topics.up(NUMBER).encode()


class Ends:
    """A line and a broker that only note what they are given."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes]] = []

    def send(self, kind: int, payload: bytes = b"") -> None:
        pass

    def publish(self, topic: str, payload: bytes) -> int:
        self.published.append((topic, payload))
        return len(self.published)


@pytest.mark.parametrize(
    ("frame", "taken"),
    [
        (b"", []),
        (b"\0", []),
        (b"\0\1", []),
        (b"\0\1\0", []),
        (b"\0\1" + bytes([len(TOPIC)]) + TOPIC[:-1], []),
        (b"\0\1" + bytes([len(TOPIC)]) + TOPIC, [b""]),
        (b"\0\1" + bytes([len(TOPIC)]) + TOPIC + b"body", [b"body"]),
    ],
)
def test_frames_too_short_for_what_they_are_change_nothing(frame: bytes, taken: list[bytes]) -> None:
    ends = Ends()
    hello = bytes([cable.VERSION]) + NUMBER.to_bytes(8, "big") + bytes(14)
    conversation = Conversation(cast(Line, ends), cast(Broker, ends), hello)
    for kind in (cable.UP, cable.STATE, cable.GOT, cable.SUBSCRIBE, cable.HELLO):
        assert conversation.on_frame(kind, frame)
    assert ends.published == [(topics.up(NUMBER), body) for body in taken]
