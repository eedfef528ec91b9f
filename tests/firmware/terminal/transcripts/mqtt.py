"""The MQTT client over a stream in memory: bytes in, bytes out, on both interpreters."""

from firmware.terminal.uplink.mqtt import LinkLost, MqttClient
from tests.firmware.terminal.memory_stream import CONNACK, SUBACK, MemoryStream, buffers, packet, packets


def events(client):
    found = []
    while True:
        event = client.step(0)
        if event is None:
            return found
        found.append(event)


def client_says_and_hears():
    stream = MemoryStream()
    client = MqttClient(stream, "c", "u", "pw", 60, buffers(1024))
    print("connect", stream.sent)
    for step in (0, 1, 3):
        stream.step = step
        stream.coming = CONNACK + SUBACK + packet(0x40, b"\1\2") + packet(0x32, b"\0\1t\0\7" + bytes(200))
        print("events", [event[:2] for event in events(client)])
    stream.sent = b""
    print("ids", client.publish("t", b"x" * 300), client.publish("t", b""))
    print("publish", [(first, len(body), body[:5]) for first, body in packets(stream.sent)])
    stream.sent = b""
    print("quiet", client.step(0), client.step(30000), stream.sent, client.step(30001), stream.sent)
    stream.coming = packet(0xD0, b"")
    print("pong", client.step(30002), client.step(50000))
    client.close()
    print("bye", stream.sent[-2:], stream.closed)


def broken_brokers():
    for coming in (
        packet(0x20, b"\0\5"),
        packet(0x90, b"\0\1\x80"),
        b"\xf0\xff\xff\xff\xff\x01",
        b"\x30\xff\x7f",
        packet(0x70, b"\0\1"),
        packet(0x32, b"\0\x09t"),
        packet(0x32, b"\0"),
    ):
        stream = MemoryStream()
        client = MqttClient(stream, "c", "", "", 60, buffers(256))
        stream.coming = coming
        try:
            print("survived", events(client))
        except LinkLost as error:
            print(error)
    stream = MemoryStream()
    client = MqttClient(stream, "c", "", "", 60, buffers(256))
    stream.closed = True
    for attempt in (
        lambda: client.step(0),
        lambda: client.publish("t", bytes(300)),
        lambda: client.publish("t", b""),
    ):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__)
    client.close()


def any_bytes_from_the_broker():
    """Random bytes give events or LinkLost, on every cut."""
    state = 12345
    lost = 0
    for _ in range(300):
        data = bytearray()
        for _ in range(40):
            state = (state * 1103515245 + 12345) & 0x3FFFFFFF
            data.append(state >> 16 & 255)
        stream = MemoryStream()
        client = MqttClient(stream, "c", "", "", 60, buffers(64))
        stream.coming = bytes(data)
        stream.step = 1 + state % 7
        try:
            events(client)
        except LinkLost:
            lost += 1
    print("random", lost)


def a_stream_that_takes_little():
    """One packet after another, in whatever pieces the stream takes them."""
    stream = MemoryStream()
    stream.takes = 0
    client = MqttClient(stream, "c", "u", "pw", 60, buffers(1024))
    print("connecting", client.busy, stream.sent, client.step(0))
    stream.takes = 7
    stream.coming = CONNACK + packet(0x32, b"\0\1t\0\7" + bytes(20)) + SUBACK
    print("hears", [event[0] for event in events(client)], client.busy)
    stream.sent = b""
    stream.takes = 0
    client.publish("t", bytes(50))
    print("stuck", client.busy, client.step(0), client.step(60000))
    for attempt in (
        lambda: client.publish("t", b""),
        lambda: client.subscribe("t"),
        lambda: client.step(60001),
    ):
        try:
            print("went", attempt())
        except LinkLost as error:
            print(error)
    stream.takes = 9
    print("goes on", client.step(60002), client.busy, len(stream.sent), client.step(89000))
    stream.takes = 0
    client.publish("t", bytes(50))
    client.close()
    print("no bye", len(stream.sent), stream.closed)


client_says_and_hears()
broken_brokers()
any_bytes_from_the_broker()
a_stream_that_takes_little()
