"""The two brokers a bench may run on: the embedded one, and mosquitto as it runs in production."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.embedded import children, mosquitto
from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.children import EmbeddedError
from ingest.embedded.listeners import LOCALHOST, free_port, url, wait_until_listening

KINDS = ("embedded", "mosquitto")
_LOAD = "bench"
_PASSWORD = "bench"
_START_S = 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """A broker that answers: ingest connects with ingest_url, the load with host, port, user and password."""

    pid: int
    host: str
    port: int
    ingest_url: str
    user: str | None = None
    password: str | None = None


@contextmanager
def running(kind: str, folder: Path) -> Iterator[Running]:
    """A broker of this kind in folder. Raises EmbeddedError when it cannot be started."""
    if kind == "embedded":
        with EmbeddedBroker(folder) as broker:
            yield Running(broker.pid, broker.host, broker.port, broker.url)
        return
    program = mosquitto.program()
    if program is None:
        raise EmbeddedError("mosquitto is not installed; run apt-get install mosquitto, or bench embedded.")
    port = free_port()
    users = {mosquitto.INGEST: _PASSWORD, _LOAD: _PASSWORD}
    config = mosquitto.write_config(folder, users, port=port)
    with open(folder / "acl", "a", encoding="utf-8") as acl:
        # One login speaks for all terminals of the bench.
        acl.write(f"\nuser {_LOAD}\ntopic readwrite hourfence/1/#\n")
    log_path = folder / "mosquitto.log"
    with open(log_path, "ab") as log:
        child = children.spawn([program, "-c", config], cwd=folder, death_signal=signal.SIGTERM, output=log)
    try:
        if not wait_until_listening(child, [port], _START_S, log_path):
            raise EmbeddedError(f"mosquitto ended at start; read {log_path}.")
        yield Running(child.pid, LOCALHOST, port, url(port, mosquitto.INGEST, _PASSWORD), _LOAD, _PASSWORD)
    finally:
        children.stop(child)
