"""A small MQTT 3.1.1 client for QoS 1 (OASIS mqtt-v3.1.1), clean session, one buffer, one write a packet.

It works on a stream that never waits: send(buffer) returns how many bytes it took (0 when none yet),
receive_into(buffer) the number of bytes (0 when there is nothing yet, -1 when the other side closed),
close(). Every failure is an OSError.
Limits: packets up to the size of its buffer, no QoS 2, no will, no retained messages of its own.
"""

CONNACK_OK = 0
# Bad user name or password, not authorised: no try will help until somebody mends it.
CONNACK_REFUSED = (4, 5)
_CONNACK = 2
_PUBLISH = 3
_PUBACK = 4
_SUBACK = 9
_PINGRESP = 13


class LinkLost(OSError):
    """The broker refused, closed, or broke the protocol; the argument says which."""


class LinkRefused(LinkLost):
    """The broker does not accept the terminal's credential."""


def put_string(buffer, at, text):
    """Write a length-prefixed string or bytes; return the next offset."""
    data = text.encode() if isinstance(text, str) else text
    length = len(data)
    if at + 2 + length > len(buffer):
        raise LinkLost("a packet does not fit the buffer")
    buffer[at] = length >> 8
    buffer[at + 1] = length & 255
    buffer[at + 2 : at + 2 + length] = data
    return at + 2 + length


class MqttClient:
    """One connection. After __init__ the CONNECT is on its way; connected turns True at the CONNACK.

    buffers: two bytearrays of one size, for a packet going out and one coming in; nobody else may use them
    as long as this connection lives.
    """

    def __init__(self, stream, client_id, username, password, keepalive_s, buffers):
        self._stream = stream
        self._out, self._in = buffers
        self._out_view = memoryview(self._out)
        self._in_view = memoryview(self._in)
        self._sent = self._end = 0
        self._stuck_ms = None
        self._filled = 0
        self._next_packet = 1
        self._keepalive_ms = keepalive_s * 1000
        self._heard_ms = None
        self._ping_ms = None
        self.connected = False
        self._connect(client_id, username, password, keepalive_s)

    def _connect(self, client_id, username, password, keepalive_s):
        flags = 0x02
        if username:
            flags |= 0xC0
        out = self._out
        at = put_string(out, 5, "MQTT")
        out[at] = 4
        out[at + 1] = flags
        out[at + 2] = keepalive_s >> 8
        out[at + 3] = keepalive_s & 255
        at = put_string(out, at + 4, client_id)
        if username:
            at = put_string(out, at, username)
            at = put_string(out, at, password)
        self._send(0x10, at)

    @property
    def busy(self):
        """Whether the last packet is not yet out; nothing can be published until then."""
        return self._sent < self._end

    def _send(self, first_byte, end):
        """Send out[5:end] as a packet; the fixed header goes right before it."""
        length = end - 5
        start = 5
        size = 1
        while length >> (7 * size):
            size += 1
        start -= size + 1
        self._out[start] = first_byte
        for i in range(size):
            self._out[start + 1 + i] = (length >> (7 * i) & 127) | (128 if i < size - 1 else 0)
        self._sent = start
        self._end = end
        self._flush()

    def _flush(self):
        """Send what is left of the packet going out. Returns whether that is all."""
        while self._sent < self._end:
            count = self._stream.send(self._out_view[self._sent : self._end])
            if not count:
                return False
            self._sent += count
        return True

    def _check_free(self):
        if self.busy:
            raise LinkLost("a packet is still on its way")

    def _packet_id(self):
        packet = self._next_packet
        self._next_packet = packet + 1 if packet < 65535 else 1
        return packet

    def subscribe(self, topic):
        """Ask for a topic at QoS 1."""
        self._check_free()
        packet = self._packet_id()
        self._out[5] = packet >> 8
        self._out[6] = packet & 255
        at = put_string(self._out, 7, topic)
        self._out[at] = 1
        self._send(0x82, at + 1)

    def publish(self, topic, payload):
        """Publish at QoS 1; returns the packet id that its PUBACK will carry. Not while busy."""
        self._check_free()
        packet = self._packet_id()
        at = put_string(self._out, 5, topic)
        self._out[at] = packet >> 8
        self._out[at + 1] = packet & 255
        at += 2
        if at + len(payload) > len(self._out):
            raise LinkLost("a payload does not fit the buffer")
        self._out[at : at + len(payload)] = payload
        self._send(0x32, at + len(payload))
        return packet

    def step(self, now_ms):
        """Read what has come. Returns None, or one event: ("puback", id), ("suback", code) or
        ("message", topic, payload). Call again until it returns None. now_ms is real time."""
        if not self._flush():
            self._wait_to_send(now_ms)
            return None
        self._stuck_ms = None
        self._keep_alive(now_ms)
        while not self.busy:
            event = self._next_event(now_ms)
            if event is not None:
                return event
            if self._filled == len(self._in):
                raise LinkLost("the broker sent a packet larger than the buffer")
            count = self._stream.receive_into(self._in_view[self._filled :])
            if count < 0:
                raise LinkLost("the broker closed the connection")
            if count == 0:
                return None
            self._filled += count
            self._heard_ms = now_ms
        return None

    def _wait_to_send(self, now_ms):
        if self._stuck_ms is None:
            self._stuck_ms = now_ms
        elif now_ms - self._stuck_ms > self._keepalive_ms:
            raise LinkLost("the connection takes nothing any more")

    def _keep_alive(self, now_ms):
        """Ping when nothing has been heard for half the keep-alive, whatever was sent meanwhile."""
        if self._heard_ms is None:
            self._heard_ms = now_ms
        if not self.connected:
            return
        if self._ping_ms is not None:
            if now_ms - self._ping_ms > self._keepalive_ms:
                raise LinkLost("the broker does not answer pings")
        elif now_ms - self._heard_ms > self._keepalive_ms // 2:
            self._send(0xC0, 5)
            self._ping_ms = now_ms

    def _next_event(self, now_ms):
        while True:
            length, head = self._length()
            if head == 0 or self._filled < head + length:
                return None
            event = self._read_packet(head, length)
            end = head + length
            rest = self._filled - end
            self._in[:rest] = self._in[end : self._filled]
            self._filled = rest
            if event is not None:
                return event

    def _length(self):
        """(remaining length, header size) of the packet at the buffer's start; (0, 0) when not there yet."""
        length = 0
        for i in range(4):
            if self._filled < i + 2:
                return 0, 0
            byte = self._in[i + 1]
            length |= (byte & 127) << (7 * i)
            if not byte & 128:
                if length + i + 2 > len(self._in):
                    raise LinkLost("the broker sent a packet larger than the buffer")
                return length, i + 2
        raise LinkLost("the broker sent a broken length")

    def _read_packet(self, head, length):
        kind = self._in[0] >> 4
        if kind == _PUBLISH:
            return self._read_publish(head, length)
        if kind == _PUBACK and length == 2:
            return "puback", self._in[head] << 8 | self._in[head + 1]
        if kind == _CONNACK and length == 2:
            code = self._in[head + 1]
            if code in CONNACK_REFUSED:
                raise LinkRefused("the broker refused the credential, code %d" % code)
            if code != CONNACK_OK:
                raise LinkLost("the broker refused the connection, code %d" % code)
            self.connected = True
            return "connack", self._in[head]
        if kind == _SUBACK and length >= 3:
            if self._in[head + 2] > 2:
                raise LinkLost("the broker refused the subscription")
            return "suback", self._in[head + 2]
        if kind == _PINGRESP:
            self._ping_ms = None
            return None
        raise LinkLost("the broker sent an unexpected packet of type %d" % kind)

    def _read_publish(self, head, length):
        data = self._in
        end = head + length
        qos = data[0] >> 1 & 3
        if length < 2 or qos > 1 or not self.connected:
            raise LinkLost("the broker sent a broken message")
        at = head + 2 + (data[head] << 8 | data[head + 1])
        if at + (2 if qos else 0) > end:
            raise LinkLost("the broker sent a broken message")
        topic = bytes(data[head + 2 : at])
        if qos:
            self._out[5] = data[at]
            self._out[6] = data[at + 1]
            at += 2
        payload = bytes(data[at:end])
        if qos:
            self._send(0x40, 7)
        return "message", topic, payload

    def close(self):
        """Say DISCONNECT if that is possible, and let the stream go."""
        try:
            if self.connected and not self.busy:
                self._send(0xE0, 5)
        except OSError:
            pass
        self.connected = False
        self._stream.close()
