"""Connections to the broker, one after another, on two buffers that are taken once."""

from firmware.terminal.uplink.mqtt import MqttClient
from firmware.wire import topics


class Links:
    """Only the last link opened may be used, for all share the buffers.

    open_stream() begins a connection to the broker (uplink.mqtt says what a stream is) or raises
    OSError.
    """

    def __init__(self, settings, open_stream):
        self._settings = settings
        self._open_stream = open_stream
        self._buffers = None

    def open_link(self, buffer_size):
        """A link that is on its way; raises OSError."""
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
