"""Chooses the uplink's way: the depot's cable while a gateway asks there, else the network."""

from firmware.terminal.cable import CableLink, CableWatch
from firmware.wire import cable


class Ways:
    """open_link() for the uplink, and step() for the main loop.

    port as in firmware.terminal.cable; identity() gives (key, public key or None), asked only when a gateway
    wants to provision; journal_state as CableLink; open_network(buffer_size) gives a connected MqttClient or
    raises OSError.
    """

    def __init__(self, port, terminal, identity, journal_state, open_network):
        self._port = port
        self._terminal = terminal
        self._identity = identity
        self._journal_state = journal_state
        self._open_network = open_network
        self._watch = CableWatch(port)
        self._link = None
        self._asked = False
        self._connection = 0

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
        self._asked = False
        if not self._watch.step(now_ms):
            return False
        if self._watch.purpose == cable.PROVISION:
            self._refuse_number()
            return False
        self._asked = self._watch.purpose == cable.READ_OUT
        if self._asked:
            self._connection = now_ms & 0xFFFFFFFF
        return self._asked

    def open_link(self, buffer_size):
        """A link with the methods of MqttClient, its hello under way. Raises OSError."""
        if self._asked:
            self._asked = False
            self._watch.forget()
            self._link = CableLink(
                self._port, self._terminal, self._connection, self._journal_state, buffer_size
            )
            return self._link
        self._link = None
        return self._open_network(buffer_size)

    def _refuse_number(self):
        """This terminal has its number: tell the gateway, and prove it."""
        from firmware.terminal import provision

        self._watch.forget()
        key, public_key = self._identity()
        try:
            provision.tell(self._port, self._terminal, key, public_key or bytes(32), self._watch.nonce)
        except OSError:
            # The cable is gone; whoever asks again is answered.
            pass
