"""hourfence ingest as a child of the demo: the same program as in production."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.cli.demo.broker_client import forget_session
from ingest.embedded import children
from ingest.embedded.children import EmbeddedError
from ingest.settings import DATABASE_URL, MQTT_URL, parse_mqtt_url

READY_LIMIT_S = 30.0
READY = "Connected to the broker"


@contextmanager
def ingest_child(database_url: str, mqtt_url: str, log: Path) -> Iterator[children.Child]:
    """Runs from its first connection to the broker until leaving. Raises EmbeddedError if it never comes."""
    client_id = f"hourfence-demo-{os.getpid()}"
    environment = {**os.environ, DATABASE_URL: database_url, MQTT_URL: mqtt_url}
    with log.open("wb") as output:
        child = children.spawn(
            [sys.executable, "-m", "ingest.cli", "ingest", "--client-id", client_id],
            env=environment,
            output=output,
            death_signal=signal.SIGTERM,
        )
    try:
        _wait_until_ready(child, log)
        yield child
    finally:
        children.stop(child, ((signal.SIGTERM, 15.0),))
        # Else a broker that is not ours would keep payloads for it for ever.
        forget_session(parse_mqtt_url(mqtt_url), client_id)


def _wait_until_ready(child: children.Child, log: Path) -> None:
    end = time.monotonic() + READY_LIMIT_S
    while READY not in log.read_text(encoding="utf-8", errors="replace"):
        if child.poll() is not None or time.monotonic() > end:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            said = lines[-1] if lines else "it said nothing"
            raise EmbeddedError(f"hourfence ingest did not get ready: {said} (see {log}).")
        time.sleep(0.05)
