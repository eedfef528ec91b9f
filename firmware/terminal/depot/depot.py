"""Chooses the uplink's way: the depot's cable while a gateway asks there, else the network.

The cable's code takes 11 KB of heap, so it is loaded when a gateway asks and dropped when it is gone.
"""

from firmware.terminal.loading import release

# A gateway's question begins so (firmware.wire.cable): sync, ASK, ten bytes.
QUESTION = b"\xa5\x5a\x01\x00\x0a"
QUESTION_MS = 3000
TAIL = 48
READS_A_STEP = 8


class Ways:
    """open_link() for the uplink, and step() for the main loop.

    port as in depot.cable; identity() gives (key, public key or None), asked only when a gateway
    wants to provision; journal_state as CableLink; open_network(buffer_size) gives a connected MqttClient or
    raises OSError.
    """

    def __init__(self, port, terminal, identity, journal_state, open_network):
        self._port = port
        self._terminal = terminal
        self._identity = identity
        self._journal_state = journal_state
        self._open_network = open_network
        self._buffer = bytearray(32)
        self._tail = b""
        self._watch = None
        self._link = None
        self._asked = False
        self._connection = 0
        self._until_ms = 0

    @property
    def on_cable(self):
        """Whether the last link that was opened is a cable's and still open."""
        return self._link is not None and self._link.is_open

    def step(self, now_ms):
        """Whether the uplink should give up its link or its waiting and call open_link() now: a gateway asks.

        Call it once a second or more often; it reads the port while no link does.
        """
        if self.on_cable:
            return False
        self._link = None
        self._asked = False
        if self._watch is None:
            if not self._is_noticed():
                return False
            from firmware.terminal.depot.cable import CableWatch

            self._watch = CableWatch(self._port, self._tail)
            self._tail = b""
            self._until_ms = now_ms + QUESTION_MS
        if not self._watch.step(now_ms):
            if now_ms > self._until_ms:
                self._watch = None
                release("terminal.depot.cable", "terminal.depot.provision", "wire.cable")
            return False
        if self._watch.wants_number:
            self._refuse_number()
            return False
        self._asked = True
        self._connection = now_ms & 0xFFFFFFFF
        return True

    def _is_noticed(self):
        """Whether a question, or its beginning, has come."""
        try:
            for _ in range(READS_A_STEP):
                count = self._port.receive_into(self._buffer)
                if count <= 0:
                    return False
                self._tail = (self._tail + bytes(memoryview(self._buffer)[:count]))[-TAIL:]
                if QUESTION in self._tail:
                    return True
        except OSError:
            self._tail = b""
        return False

    def open_link(self, buffer_size):
        """A link with the methods of MqttClient, its hello under way. Raises OSError."""
        if self._asked:
            from firmware.terminal.depot.cable import CableLink

            self._asked = False
            self._watch.forget()
            self._link = CableLink(
                self._port, self._terminal, self._connection, self._journal_state, buffer_size
            )
            return self._link
        return self._open_network(buffer_size)

    def _refuse_number(self):
        """This terminal has its number: tell the gateway, and prove it."""
        from firmware.terminal.depot import provision

        self._watch.forget()
        key, public_key = self._identity()
        try:
            provision.tell(self._port, self._terminal, key, public_key or bytes(32), self._watch.nonce)
        except OSError:
            # The cable is gone; whoever asks again is answered.
            pass
