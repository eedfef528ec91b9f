"""A TCP or TLS connection of the unix board.

Runs on the MicroPython unix interpreter.
"""

import select
import socket

try:
    # Built in; ssl is a frozen wrapper around it, out of reach when MICROPYPATH is set.
    import tls
except ImportError:
    tls = None

STREAM_TIMEOUT_S = 5


class Stream:
    """A connected socket, plain or TLS: send waits, receive_into does not."""

    def __init__(self, host, port, tls_ca, tls_name=None):
        address = socket.getaddrinfo(host, port)[0][-1]
        self._socket = socket.socket()
        self._link = self._socket
        try:
            self._socket.settimeout(STREAM_TIMEOUT_S)
            self._socket.connect(address)
            if tls_ca:
                self._link = _tls(self._socket, tls_name or host, tls_ca)
            self._poll = select.poll()
            self._poll.register(self._link, select.POLLIN)
            self._socket.setblocking(False)
        except Exception:
            self.close()
            raise

    def receive_into(self, buffer):
        """Bytes received, 0 when there is nothing yet, -1 when the other side closed."""
        try:
            count = self._link.readinto(buffer)
        except OSError as error:
            if error.errno in (11, 115):
                return 0
            raise
        if count is None:
            return 0
        return count or -1

    def send(self, data):
        """Send all of data or raise OSError."""
        self._socket.setblocking(True)
        self._socket.settimeout(STREAM_TIMEOUT_S)
        try:
            sent = 0
            view = memoryview(data)
            while sent < len(view):
                count = self._link.write(view[sent:])
                if not count:
                    raise OSError(110)
                sent += count
        finally:
            self._socket.setblocking(False)

    def close(self):
        """Let the socket go."""
        self._link.close()
        self._socket.close()


def _tls(plain, name, tls_ca):
    if tls is None:
        raise OSError("this interpreter has no TLS")
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED
    with open(tls_ca, "rb") as source:
        context.load_verify_locations(source.read())
    return context.wrap_socket(plain, server_hostname=name)
