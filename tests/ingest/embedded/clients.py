"""paho clients for the brokers' tests."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from ingest.embedded.listeners import TlsFiles

LIMIT_S = 60.0


class Arrivals:
    """What a subscriber got, in order."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self._changed = threading.Condition()

    def add(self, _client: object, _userdata: object, received: mqtt.MQTTMessage) -> None:
        with self._changed:
            self.payloads.append(received.payload)
            self._changed.notify_all()

    def wait_for(self, count: int) -> list[bytes]:
        """The payloads once there are ``count`` of them, or what came within the limit."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.payloads) >= count, LIMIT_S)
            return list(self.payloads)


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def connected(
    port: int,
    user: str | None = None,
    password: str | None = None,
    *,
    tls: TlsFiles | None = None,
    subscribe: str | None = None,
    arrivals: Arrivals | None = None,
    keep_session: bool = False,
) -> Iterator[mqtt.Client]:
    """A client that is connected (and subscribed with QoS 1) when the block starts."""
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=f"client-{user}", clean_session=not keep_session
    )
    client.max_inflight_messages_set(1000)
    if user is not None:
        client.username_pw_set(user, password)
    if tls is not None:
        client.tls_set(ca_certs=str(tls.ca))
    if arrivals is not None:
        client.on_message = arrivals.add
    subscribed = threading.Event()
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert wait_until(client.is_connected), "no connection"
        if subscribe is not None:
            client.subscribe(subscribe, qos=1)
            assert subscribed.wait(LIMIT_S), "no subscription"
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def publish_all(client: mqtt.Client, topic: str, payloads: list[bytes]) -> None:
    """Publish with QoS 1 and wait for every PUBACK."""
    waiting = [client.publish(topic, payload, qos=1) for payload in payloads]
    for one in waiting:
        one.wait_for_publish(LIMIT_S)
        assert one.is_published()


def is_refused(port: int, user: str | None, password: str | None) -> bool:
    """Whether the broker turns this login away, by a CONNACK or by closing the connection."""
    ended = threading.Event()
    accepted: list[bool] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="intruder", reconnect_on_failure=False)
    if user is not None:
        client.username_pw_set(user, password)

    def on_connect(*told: object) -> None:
        accepted.append(not getattr(told[3], "is_failure", True))
        ended.set()

    client.on_connect = on_connect
    client.on_disconnect = lambda *_: ended.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert ended.wait(LIMIT_S), "neither accepted nor refused"
        return not any(accepted)
    finally:
        client.disconnect()
        client.loop_stop()
