"""The embedded MQTT broker: iotcore's rumqttd on 127.0.0.1, as our direct child, with our configuration.

It keeps everything in memory: a restart forgets sessions, queues and retained payloads. Nothing is lost by
that, because a terminal frees a record only on the server's receipt and sends again until it has one. It
has passwords per terminal but no ACL: a known terminal may publish on another's topic (the server
quarantines that). A bad login closes the connection without a CONNACK. For more, name a real broker with
HOURFENCE_MQTT_URL.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from ingest.embedded import children
from ingest.embedded.children import EmbeddedError
from ingest.embedded.listeners import LOCALHOST, TlsFiles, free_port, url, wait_until_listening, write_private

START_LIMIT_S = 20.0
ATTEMPTS = 5
ADDRESS_TAKEN = 3

# An envelope is at most 2048 bytes. rumqttd drops the oldest segment of a topic filter's log when it has
# max_segment_count of them, so the log holds 1 GiB: half a million full envelopes waiting for one reader.
ROUTER = """\
id = 0

[router]
id = 0
max_connections = 10010
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
"""
SERVER = """
[v4.{number}]
name = "v4-{number}"
listen = "{host}:{port}"
next_connection_delay_ms = 0
{tls}
[v4.{number}.connections]
connection_timeout_ms = 60000
max_payload_size = 20480
max_inflight_count = 1000
dynamic_filters = true
{auth}"""


class EmbeddedBroker:
    """``with EmbeddedBroker(folder, users) as broker: connect(broker.host, broker.port)``

    ``users`` maps user to password (None: anyone may connect). With ``tls`` a second listener answers on
    ``tls_port``. ``port`` 0 takes a free one; a restart of the same object keeps its ports. Raises
    EmbeddedError.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        users: Mapping[str, str] | None = None,
        *,
        port: int = 0,
        tls: TlsFiles | None = None,
    ) -> None:
        self.folder = Path(folder).absolute()
        self.users = None if users is None else dict(users)
        self.tls = tls
        self.host = LOCALHOST
        self.port = port
        self.tls_port = 0
        self._child: children.Child | None = None

    @property
    def url(self) -> str:
        """``mqtt://127.0.0.1:port``, without a login."""
        return url(self.port)

    def url_for(self, user: str) -> str:
        """The same with the login of one user."""
        return url(self.port, user, (self.users or {})[user])

    def tls_url_for(self, user: str) -> str:
        """The TLS listener with the login of one user."""
        if self.tls is None:
            raise EmbeddedError("The embedded broker has no TLS listener; give it tls files.")
        return url(self.tls_port, user, (self.users or {})[user], self.tls)

    @property
    def pid(self) -> int:
        """The broker's process id; it is our direct child."""
        if self._child is None:
            raise EmbeddedError("The embedded broker is not running; use it inside its with block.")
        return self._child.pid

    def start(self) -> "EmbeddedBroker":
        """Start and wait until every listener answers."""
        given = (self.port, self.tls_port)
        for _attempt in range(ATTEMPTS):
            self.port = given[0] or free_port()
            self.tls_port = (given[1] or free_port()) if self.tls else 0
            if self._try_to_start():
                return self
            if given[0]:
                break
        raise EmbeddedError(
            f"The embedded broker could not listen on {self.host}:{self.port}; see what uses that port, "
            f"or read {self.folder / 'broker.log'}."
        )

    def stop(self) -> None:
        """End the broker; what it held is gone. Does nothing when not running."""
        if self._child is not None:
            children.stop(self._child)
            self._child = None

    def __enter__(self) -> "EmbeddedBroker":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _try_to_start(self) -> bool:
        """False when an address was taken meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config, log_path = self.folder / "broker.toml", self.folder / "broker.log"
        write_private(config, config_text(self.port, self.users, self.tls_port, self.tls))
        server = Path(__file__).with_name("rumqttd.py")
        with open(log_path, "wb") as log:
            self._child = children.spawn([sys.executable, "-P", server, config], cwd=self.folder, output=log)
        try:
            if wait_until_listening(
                self._child, [p for p in (self.port, self.tls_port) if p], START_LIMIT_S, log_path
            ):
                return True
        except BaseException:
            self.stop()
            raise
        status = self._child.wait()
        self._child = None
        if status != ADDRESS_TAKEN:
            raise EmbeddedError(f"The embedded broker ended at start with status {status}; read {log_path}.")
        return False


def config_text(
    port: int, users: Mapping[str, str] | None, tls_port: int = 0, tls: TlsFiles | None = None
) -> str:
    """The rumqttd configuration, TOML."""
    servers = [(port, "")]
    if tls is not None:
        files = {"certpath": tls.certificate, "keypath": tls.key}
        lines = "".join(f"{name} = {_quoted(str(path.absolute()))}\n" for name, path in files.items())
        servers.append((tls_port, f"[v4.2.tls]\n{lines}"))
    text = ROUTER
    for number, (server_port, tls_table) in enumerate(servers, start=1):
        auth = ""
        if users is not None:
            logins = "".join(f"{_quoted(user)} = {_quoted(password)}\n" for user, password in users.items())
            auth = f"[v4.{number}.connections.auth]\n{logins}"
        text += SERVER.format(number=number, host=LOCALHOST, port=server_port, tls=tls_table, auth=auth)
    return text


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's too, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
