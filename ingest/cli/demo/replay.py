"""The replayed envelope: bytes that a terminal once published, sent again on its topic after the day."""

import time

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from firmware.wire import topics
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
    client = paho.Client(CallbackAPIVersion.VERSION2, "hourfence-demo-replay")
    if mqtt.username is not None:
        client.username_pw_set(mqtt.username, mqtt.password)
    if mqtt.tls:
        client.tls_set(None if mqtt.ca is None else str(mqtt.ca))
    client.connect(mqtt.host, mqtt.port)
    client.loop_start()
    try:
        for topic, payload in payloads:
            client.publish(topic, payload, qos=1).wait_for_publish(LANDED_LIMIT_S)
    finally:
        client.disconnect()
        client.loop_stop()
