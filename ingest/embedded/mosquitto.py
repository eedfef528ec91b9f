"""A real mosquitto: its tuned configuration, and a context manager that runs it for tests and trials.

The three files written here (``mosquitto.conf``, ``passwords``, ``acl``) are what a production broker needs
too. mosquitto's defaults drop payloads it has already acknowledged: 20 in flight, 1000 queued per session.
"""

import base64
import hashlib
import os
import pwd
import secrets
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from ingest.embedded import children
from ingest.embedded.children import EmbeddedError
from ingest.embedded.listeners import LOCALHOST, TlsFiles, free_port, url, wait_until_listening, write_private

INGEST = "ingest"
START_LIMIT_S = 20.0
PASSWORD_ROUNDS = 101  # mosquitto_passwd's own default

CONFIG = """\
per_listener_settings false
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl

# Sessions and queues survive a restart; a kill loses the last seconds, which the terminals send again.
persistence true
persistence_location {folder}/
autosave_interval 5

# The defaults (20 and 1000) lose acknowledged payloads silently.
max_inflight_messages 1000
max_queued_messages 0
max_queued_bytes {max_queued_bytes}
max_packet_size 20480

log_dest stderr
log_type error
log_type warning
user {run_as}

listener {port} {host}
"""
TLS_LISTENER = """
listener {port} {host}
cafile {ca}
certfile {certificate}
keyfile {key}
tls_version tlsv1.2
"""
ACL = """\
user {ingest}
topic read hourfence/1/up/+
topic read hourfence/1/bulk/+
topic write hourfence/1/down/+

# A terminal's user name is its 16 digits.
pattern write hourfence/1/up/%u
pattern write hourfence/1/bulk/%u
pattern read hourfence/1/down/%u
"""


def write_config(
    folder: Path,
    users: Mapping[str, str],
    *,
    port: int,
    host: str = LOCALHOST,
    ingest_user: str = INGEST,
    tls: TlsFiles | None = None,
    tls_port: int = 8883,
    max_queued_bytes: int = 1 << 30,
    run_as: str | None = None,
) -> Path:
    """Write the three files into ``folder`` and return the path of mosquitto.conf.

    ``users`` maps user to password: each terminal's 16 digits and ``ingest_user``. Queues are limited by
    bytes only.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    text = CONFIG.format(
        folder=folder,
        port=port,
        host=host,
        max_queued_bytes=max_queued_bytes,
        run_as=run_as or pwd.getpwuid(os.geteuid()).pw_name,
    )
    if tls is not None:
        text += TLS_LISTENER.format(
            port=tls_port,
            host=host,
            ca=tls.ca.absolute(),
            certificate=tls.certificate.absolute(),
            key=tls.key.absolute(),
        )
    write_private(folder / "passwords", "".join(f"{user}:{hashed(word)}\n" for user, word in users.items()))
    (folder / "acl").write_text(ACL.format(ingest=ingest_user), encoding="utf-8")
    config = folder / "mosquitto.conf"
    config.write_text(text, encoding="utf-8")
    return config


def hashed(password: str, salt_base64: str | None = None) -> str:
    """A password as mosquitto 2 keeps it: ``$7$rounds$salt$key``, PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(12) if salt_base64 is None else base64.b64decode(salt_base64)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, PASSWORD_ROUNDS)
    return f"$7${PASSWORD_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def program() -> str | None:
    """The path of mosquitto, or None. Debian puts it where an ordinary user's PATH does not look."""
    return shutil.which("mosquitto", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin")


class Mosquitto:
    """``with Mosquitto(folder, users) as broker: connect(broker.host, broker.port)``; with ACL.

    Queues and sessions are kept in ``folder`` and found again by the next start; ports stay the object's own.
    """

    def __init__(
        self, folder: str | os.PathLike[str], users: Mapping[str, str], *, tls: TlsFiles | None = None
    ) -> None:
        self.folder = Path(folder).absolute()
        self.users = dict(users)
        self.tls = tls
        self.host = LOCALHOST
        self.port = free_port()
        self.tls_port = free_port() if tls else 0
        self._child: children.Child | None = None

    @property
    def url(self) -> str:
        """``mqtt://127.0.0.1:port``, without a login."""
        return url(self.port)

    def url_for(self, user: str) -> str:
        """The same with the login of one user."""
        return url(self.port, user, self.users[user])

    def tls_url_for(self, user: str) -> str:
        """The TLS listener with the login of one user."""
        if self.tls is None:
            raise EmbeddedError("This mosquitto has no TLS listener; give it tls files.")
        return url(self.tls_port, user, self.users[user], self.tls)

    def start(self) -> "Mosquitto":
        """Write the configuration, start, wait until every listener answers. Raises EmbeddedError."""
        path = program()
        if path is None:
            raise EmbeddedError(
                "mosquitto is not installed; run apt-get install mosquitto, or use the embedded broker."
            )
        config = write_config(self.folder, self.users, port=self.port, tls=self.tls, tls_port=self.tls_port)
        log_path = self.folder / "mosquitto.log"
        with open(log_path, "ab") as log:
            child = children.spawn(
                [path, "-c", config], cwd=self.folder, death_signal=signal.SIGTERM, output=log
            )
        self._child = child
        try:
            if wait_until_listening(
                child, [p for p in (self.port, self.tls_port) if p], START_LIMIT_S, log_path
            ):
                return self
        except BaseException:
            self.stop()
            raise
        self._child = None
        raise EmbeddedError(f"mosquitto ended at start with status {child.wait()}; read {log_path}.")

    def stop(self) -> None:
        """End it; it saves its sessions first. Does nothing when not running."""
        if self._child is not None:
            children.stop(self._child)
            self._child = None

    def kill(self) -> None:
        """SIGKILL, as a crash: what was not saved is gone."""
        if self._child is not None:
            children.stop(self._child, steps=())
            self._child = None

    def __enter__(self) -> "Mosquitto":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
