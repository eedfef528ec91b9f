"""The depot's cable in place of the broker: the same methods and events as uplink.mqtt.MqttClient.

port: receive_into(buffer) gives the bytes read, 0 when there is nothing yet; send(data) writes all of it or
raises OSError. The gateway asks once a second as long as nobody answers; CableWatch sees that, then a
CableLink may be made. The retrying of records stays where it is, in the uplink.
"""

from firmware.terminal.uplink.mqtt import LinkLost
from firmware.wire import cable
from firmware.wire.pack import put_int

ASKED_MS = 3000
SILENCE_MS = 15000
STATE_MS = 1000
STATE_FLOOR_MS = 2000
ENDS = ("", "all is read out", "the broker is away", "interrupted")


class CableWatch:
    """Whether a gateway asks at the other end, and what for. It reads the port while no link is open.

    begun: what was read of its question already, at most 64 bytes.
    """

    def __init__(self, port, begun=b""):
        self.port = port
        self._reader = cable.FrameReader(64)
        self._reader.room()[: len(begun)] = begun
        self._reader.grew(len(begun))
        self._asked_ms = None
        self.wants_number = False
        self.nonce = bytes(8)

    def step(self, now_ms):
        """Read what has come; whether a gateway has asked within the last seconds."""
        try:
            # A limit, so that noise cannot hold the terminal up.
            for _ in range(32):
                found = self._reader.take()
                if found is not None:
                    self._read(found, now_ms)
                    continue
                count = self.port.receive_into(self._reader.room())
                if count <= 0:
                    break
                self._reader.grew(count)
        except OSError:
            self._asked_ms = None
        return self._asked_ms is not None and now_ms - self._asked_ms < ASKED_MS

    def _read(self, found, now_ms):
        kind, payload = found
        if kind == cable.ASK and len(payload) == 10 and payload[0] == cable.VERSION:
            self.wants_number = payload[1] == cable.PROVISION
            self.nonce = payload[2:]
            self._asked_ms = now_ms

    def forget(self):
        """The gateway has been answered; it must ask again before a next link."""
        self._asked_ms = None


class CableLink:
    """One conversation with the gateway. After __init__ the HELLO is on its way.

    connection: a number that differs from the link before; journal_state() gives (last seq, seq receipted,
    photos waiting), which the gateway shows and from which it knows the end.
    """

    # A frame is written whole, so that the next one may always follow.
    busy = False

    def __init__(self, port, terminal, connection, journal_state, buffer_size):
        self._port = port
        self._connection = connection & 0xFFFFFFFF
        self._journal_state = journal_state
        self._reader = cable.FrameReader(min(buffer_size, cable.FRAME_MAX))
        self._out = bytearray(min(buffer_size, cable.FRAME_MAX))
        self._next_packet = 1
        self._last_down = 0
        self._heard_ms = None
        self._told_ms = None
        self._told = None
        self.connected = False
        self.is_open = True
        self._terminal = terminal
        self._topic = b""
        self._hello()

    def _hello(self):
        out = self._out
        out[cable.HEAD] = cable.VERSION
        put_int(out, cable.HEAD + 1, 8, self._terminal)
        put_int(out, cable.HEAD + 9, 4, self._connection)
        self._put_state(cable.HEAD + 13)
        self._send(cable.HELLO, 23)

    def _put_state(self, at):
        last, through, photos = self._journal_state()
        put_int(self._out, at, 4, last)
        put_int(self._out, at + 4, 4, through)
        put_int(self._out, at + 8, 2, min(photos, 65535))

    def _send(self, kind, size):
        self._port.send(memoryview(self._out)[: cable.frame_into(self._out, kind, size)])

    def subscribe(self, topic):
        """Ask for the messages of a topic."""
        data = self._topic = topic.encode()
        self._out[cable.HEAD : cable.HEAD + len(data)] = data
        self._send(cable.SUBSCRIBE, len(data))

    def publish(self, topic, payload):
        """Hand a payload over; returns the packet number that ("puback", number) will carry."""
        packet = self._next_packet
        self._next_packet = packet + 1 if packet < 65535 else 1
        name = topic.encode()
        out = self._out
        size = 3 + len(name) + len(payload)
        if cable.HEAD + size + cable.TAIL > len(out):
            raise LinkLost("a payload does not fit the buffer")
        put_int(out, cable.HEAD, 2, packet)
        out[cable.HEAD + 2] = len(name)
        at = cable.HEAD + 3
        out[at : at + len(name)] = name
        at += len(name)
        out[at : at + len(payload)] = payload
        self._send(cable.UP, size)
        return packet

    def step(self, now_ms):
        """Read what has come. Returns None or one event, as MqttClient.step. now_ms is real time."""
        self._keep_alive(now_ms)
        while True:
            found = self._reader.take()
            if found is None:
                count = self._port.receive_into(self._reader.room())
                if count < 0:
                    raise LinkLost("the cable was pulled")
                if count == 0:
                    return None
                self._reader.grew(count)
                continue
            event = self._read(found[0], found[1], now_ms)
            if event is not None:
                return event

    def _keep_alive(self, now_ms):
        if self._heard_ms is None:
            self._heard_ms = now_ms
        if now_ms - self._heard_ms > SILENCE_MS:
            raise LinkLost("the gateway does not answer")
        if not self.connected:
            return
        told_ago_ms = STATE_FLOOR_MS if self._told_ms is None else now_ms - self._told_ms
        if told_ago_ms < STATE_MS:
            return
        state = self._journal_state()
        if state != self._told or told_ago_ms >= STATE_FLOOR_MS:
            self._put_state(cable.HEAD)
            self._send(cable.STATE, 10)
            self._told = state
            self._told_ms = now_ms

    def _read(self, kind, payload, now_ms):
        size = len(payload)
        if kind == cable.WELCOME and size == 4:
            if int.from_bytes(payload, "big") != self._connection:
                return None
            self._heard_ms = now_ms
            self.connected = True
            return "connack", 0
        if kind == cable.ASK:
            if self.connected:
                # It has forgotten us: another gateway, or the same one started anew.
                raise LinkLost("the gateway has started anew")
            # The first HELLO was lost on the way.
            self._hello()
        if not self.connected:
            return None
        self._heard_ms = now_ms
        if kind == cable.SUBSCRIBED:
            return "suback", 1
        if kind == cable.TAKEN and size == 2:
            return "puback", payload[0] << 8 | payload[1]
        if kind == cable.DOWN and size > 2:
            return self._take_down(payload)
        if kind == cable.END and size == 1:
            raise LinkLost("the gateway ended: %s" % ENDS[payload[0] if payload[0] < len(ENDS) else 0])
        return None

    def _take_down(self, payload):
        packet = payload[0] << 8 | payload[1]
        put_int(self._out, cable.HEAD, 2, packet)
        self._send(cable.GOT, 2)
        if packet == self._last_down:
            return None
        self._last_down = packet
        return "message", self._topic, payload[2:]

    def close(self):
        """Say good-bye if that is possible; the port stays open for the next link."""
        try:
            if self.connected:
                self._send(cable.BYE, 0)
        except OSError:
            pass
        self.connected = False
        self.is_open = False
