"""The broker's side of a connection in memory: bytes in, bytes out."""


class MemoryStream:
    """What the broker's side sees and says. step: bytes received at once, takes: bytes taken at once."""

    def __init__(self):
        self.sent = b""
        self.coming = b""
        self.closed = False
        self.step = 0
        self.takes = 9999

    def send(self, data):
        if self.closed:
            raise OSError(32)
        count = min(self.takes, len(data))
        self.sent += bytes(data[:count])
        return count

    def receive_into(self, buffer):
        if self.closed:
            return -1
        count = min(len(self.coming), len(buffer), self.step or 9999)
        buffer[:count] = self.coming[:count]
        self.coming = self.coming[count:]
        return count

    def close(self):
        self.closed = True


def packets(data):
    """[(first byte, body)] of a run of packets."""
    found = []
    while data:
        length = 0
        at = 1
        while True:
            length |= (data[at] & 127) << (7 * (at - 1))
            at += 1
            if not data[at - 1] & 128:
                break
        found.append((data[0], data[at : at + length]))
        data = data[at + length :]
    return found


def packet(first, body):
    size = bytearray()
    length = len(body)
    while True:
        size.append(length & 127 | (128 if length > 127 else 0))
        length >>= 7
        if not length:
            return bytes([first]) + bytes(size) + body


CONNACK = packet(0x20, b"\0\0")
SUBACK = packet(0x90, b"\0\1\1")


def buffers(size):
    return bytearray(size), bytearray(size)
