"""A TCP or TLS connection that never waits: neither for the connection, nor for TLS, nor to send.

For every board whose MicroPython has the socket and tls modules. Only the look-up of a name may wait; an
address needs none.
"""

import select
import socket

# Built in; ssl is a frozen wrapper around it, out of reach when MICROPYPATH is set.
import tls

# EAGAIN, EINPROGRESS of Linux and of lwIP, EALREADY.
_NOT_YET = (11, 115, 119, 114)
_ABORTED = 103


class Stream:
    """A socket, plain or TLS. After __init__ the connection is on its way; every failure is an OSError.

    The bytes of one send() must be offered again, unchanged, until all of them are taken.
    """

    def __init__(self, host, port, tls_ca, tls_name=None):
        self._address = socket.getaddrinfo(host, port)[0][-1]
        self._tls_ca = tls_ca
        self._tls_name = tls_name or host
        self._socket = socket.socket()
        self._link = self._socket
        self._ready = False
        try:
            self._socket.setblocking(False)
            self._connect()
            self._poll = select.poll()
            self._poll.register(self._socket, select.POLLOUT)
        except Exception:
            self.close()
            raise

    def _connect(self):
        try:
            self._socket.connect(self._address)
        except OSError as error:
            if error.errno not in _NOT_YET:
                raise

    def ready(self):
        """Whether the connection is there (TLS begins then)."""
        if self._ready:
            return True
        events = 0
        for found in self._poll.ipoll(0):
            events = found[1]
        if not events:
            return False
        if events & (select.POLLERR | select.POLLHUP):
            # A second connect tells why the first one failed.
            self._connect()
            raise OSError(_ABORTED)
        if self._tls_ca:
            self._link = _tls(self._socket, self._tls_name, self._tls_ca)
        self._ready = True
        return True

    def receive_into(self, buffer):
        """Bytes received, 0 when there is nothing yet, -1 when the other side closed."""
        count = self._try(False, buffer)
        if count is None:
            return 0
        return count or -1

    def send(self, data):
        """How many bytes of data were taken; 0 when none can be taken yet."""
        return self._try(True, data) or 0

    def _try(self, out, buffer):
        """Write from or read into the buffer; the count, or None when it would have to wait."""
        if not self.ready():
            return None
        try:
            return self._link.write(buffer) if out else self._link.readinto(buffer)
        except OSError as error:
            if error.errno in _NOT_YET:
                return None
            raise
        except ValueError as error:
            # The other side's certificate is not what it should be.
            raise OSError("TLS: %s" % str(error).strip().replace("\n", " "))

    def close(self):
        """Let the socket go."""
        self._link.close()
        self._socket.close()


def _tls(plain, name, tls_ca):
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    # The stubs of 1.29 do not know this attribute.
    context.verify_mode = tls.CERT_REQUIRED  # type: ignore[attr-defined]
    try:
        with open(tls_ca, "rb") as source:
            context.load_verify_locations(source.read())
        return context.wrap_socket(plain, server_hostname=name, do_handshake_on_connect=False)
    except ValueError as error:
        raise OSError("TLS: %s" % error)
