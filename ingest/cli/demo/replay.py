"""The replayed envelope: bytes that a terminal once published, sent again on its topic after the day."""

import os
import time

from firmware.wire import topics
from ingest.cli.demo.broker_client import connected
from ingest.settings import MqttAddress
from ingest.store import conservation, envelopes
from ingest.store.connection import Connection
from simulators.day_model import DayPlan

LANDED_LIMIT_S = 15.0


def send_again(conn: Connection, plan: DayPlan, mqtt: MqttAddress) -> None:
    """Publish the first stored envelope of each replayed terminal again, and wait until it has landed."""
    payloads = []
    for terminal in plan.replays:
        found = next(iter(envelopes.of_terminal(conn, terminal, 1, 1)), None)
        if found is not None:
            payloads.append((topics.up(terminal), found))
    if not payloads:
        return
    before = conservation.read(conn)
    _publish(mqtt, payloads)
    end = time.monotonic() + LANDED_LIMIT_S
    while conservation.read(conn).duplicates == before.duplicates and time.monotonic() < end:
        time.sleep(0.05)


def _publish(mqtt: MqttAddress, payloads: list[tuple[str, bytes]]) -> None:
    with connected(mqtt, f"hourfence-demo-replay-{os.getpid()}") as client:
        for topic, payload in payloads:
            client.publish(topic, payload, qos=1).wait_for_publish(LANDED_LIMIT_S)
