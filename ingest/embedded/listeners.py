"""What both brokers share: where they listen, for whom, and how one waits for them."""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ingest.embedded import children
from ingest.embedded.children import EmbeddedError

LOCALHOST = "127.0.0.1"
TCP_LISTEN = "0A"  # in /proc/net/tcp


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of a TLS listener: the authority clients should trust, the server's certificate and key."""

    ca: Path
    certificate: Path
    key: Path


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


def url(port: int, user: str | None = None, password: str | None = None, tls: TlsFiles | None = None) -> str:
    """``mqtt://user:password@127.0.0.1:port``, or ``mqtts://...?ca=path``, as HOURFENCE_MQTT_URL takes it."""
    login = "" if user is None else f"{quote(user, safe='')}:{quote(password or '', safe='')}@"
    if tls is None:
        return f"mqtt://{login}{LOCALHOST}:{port}"
    return f"mqtts://{login}{LOCALHOST}:{port}?ca={quote(str(tls.ca))}"


def wait_until_listening(child: children.Child, ports: list[int], limit_s: float, log: Path) -> bool:
    """True when the child listens on every port, False when it ended; EmbeddedError after ``limit_s``."""
    deadline = time.monotonic() + limit_s
    pause_s = 0.01
    while True:
        if child.poll() is not None:
            return False
        if all(_is_listening(child.pid, port) for port in ports):
            return True
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The broker did not listen on {ports} within {limit_s:.0f} s; read {log}.")
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 0.2)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read: it holds passwords."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _is_listening(pid: int, port: int) -> bool:
    """Whether this very process listens on the port; that somebody answers there would not prove it."""
    if not Path("/proc/self/net/tcp").exists():
        return _answers(port)
    try:
        sockets = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
        rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    except OSError:
        return False
    return any(
        row[3] == TCP_LISTEN
        and int(row[1].rpartition(":")[2], 16) == port
        and f"socket:[{row[9]}]" in sockets
        for row in rows
    )


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOCALHOST, port), timeout=0.5):
            return True
    except OSError:
        return False
