"""The ways to the server: the depot's cable when a gateway is at its other end, else the broker."""

from firmware.terminal.mqtt import MqttClient
from firmware.wire import topics


class Links:
    """Opens one link after another; only the last one opened may be used, for they share two buffers.

    open_stream() begins a connection to the broker (firmware.terminal.mqtt says what a stream is) or raises
    OSError; open_cable(buffer_size) gives a link over the cable, None when nobody is there.
    """

    def __init__(self, settings, open_stream, open_cable=None):
        self._settings = settings
        self._open_stream = open_stream
        self._open_cable = open_cable
        self._buffers = None

    def open_link(self, buffer_size):
        """A link that is on its way; raises OSError."""
        link = self._open_cable(buffer_size) if self._open_cable is not None else None
        return link or self._open_broker(buffer_size)

    def _open_broker(self, buffer_size):
        settings = self._settings
        if self._buffers is None:
            self._buffers = (bytearray(buffer_size), bytearray(buffer_size))
        stream = self._open_stream()
        try:
            return MqttClient(
                stream,
                topics.number_text(settings["terminal"]),
                settings["username"],
                settings["password"],
                settings["keepalive_s"],
                self._buffers,
            )
        except OSError:
            stream.close()
            raise
