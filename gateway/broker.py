"""One connection to the broker at a time; what it says waits in a queue for the one thread that acts."""

import queue
import secrets
import ssl
import threading
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gateway.errors import GatewayError

CONNECT_LIMIT_S = 10.0
# Reason codes of a CONNACK that no waiting mends: identifier, user or password, not authorised.
REFUSALS = ("Client identifier not valid", "Bad user name or password", "Not authorized")


class Address(Protocol):
    """Where the broker is and who we are there; ca None: the system's authorities."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def username(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def tls(self) -> bool: ...
    @property
    def ca(self) -> Path | None: ...


class Taken(NamedTuple):
    """The broker's PUBACK for a number that publish() gave."""

    number: int


class Message(NamedTuple):
    """A payload on a subscribed topic."""

    topic: str
    payload: bytes


class Subscribed(NamedTuple):
    """The broker's SUBACK; granted False when it refused."""

    granted: bool


class Away(NamedTuple):
    """The connection is gone."""

    why: str


Event = Taken | Message | Subscribed | Away


class Broker:
    """connect() until it returns True; then publish, subscribe and take events until Away."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.why = ""
        self._client: paho.Client | None = None
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    @property
    def is_connected(self) -> bool:
        """Whether connect() succeeded and no Away has been taken since."""
        return self._client is not None

    @property
    def place(self) -> str:
        """host:port, for sentences."""
        return f"{self._address.host}:{self._address.port}"

    def connect(self) -> bool:
        """Try once; False when there is no connection, and why. Raises GatewayError when it refuses us."""
        self.close()
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        answered, refusal = threading.Event(), []
        client = paho.Client(CallbackAPIVersion.VERSION2, f"gateway-{secrets.token_hex(6)}")
        client.connect_timeout = CONNECT_LIMIT_S
        self._log_in(client)

        def on_connect(_client: object, _data: object, _flags: object, reason: Any, _more: object) -> None:
            if reason.is_failure:
                refusal.append(str(reason))
            answered.set()

        def on_disconnect(_c: object, _d: object, _flags: object, reason: Any, _more: object) -> None:
            events.put(Away(str(reason)))
            answered.set()

        client.on_connect = on_connect
        client.on_disconnect = on_disconnect
        client.on_publish = lambda _c, _d, mid, *_: events.put(Taken(mid))
        client.on_subscribe = lambda _c, _d, _mid, reasons, *_: events.put(
            Subscribed(not any(reason.is_failure for reason in reasons))
        )
        client.on_message = lambda _c, _d, message: events.put(Message(message.topic, bytes(message.payload)))
        try:
            client.connect(self._address.host, self._address.port, keepalive=30)
        except ssl.SSLCertVerificationError as fault:
            raise GatewayError(
                f"The broker {self.place} does not prove who it is ({fault.verify_message}); "
                f"check host and ca of --broker."
            ) from None
        except OSError as fault:
            self.why = f"cannot be reached ({fault})"
            return False
        client.loop_start()
        answered.wait(CONNECT_LIMIT_S)
        if client.is_connected():
            self._client, self._events = client, events
            return True
        client.disconnect()
        client.loop_stop()
        if refusal and refusal[0] in REFUSALS:
            raise GatewayError(
                f"The broker {self.place} refused the login ({refusal[0]}); "
                f"correct user and password of --broker."
            )
        self.why = "closes the connection at the login; see user and password of --broker if that lasts"
        return False

    def _log_in(self, client: paho.Client) -> None:
        if self._address.username is not None:
            client.username_pw_set(self._address.username, self._address.password)
        if self._address.tls:
            try:
                client.tls_set_context(ssl.create_default_context(cafile=self._address.ca))
            except (OSError, ssl.SSLError) as fault:
                raise GatewayError(
                    f"The CA file {self._address.ca} cannot be used ({fault}); correct ca of --broker."
                ) from None

    def publish(self, topic: str, payload: bytes) -> int:
        """Publish at QoS 1; a Taken with the returned number follows when the broker has it."""
        assert self._client is not None
        return self._client.publish(topic, payload, qos=1).mid

    def subscribe(self, topic: str) -> None:
        """Ask for a topic at QoS 1; Subscribed follows."""
        assert self._client is not None
        self._client.subscribe(topic, qos=1)

    def take(self) -> Event | None:
        """The next event, or None."""
        try:
            event = self._events.get_nowait()
        except queue.Empty:
            return None
        if isinstance(event, Away):
            self.close()
        return event

    def close(self) -> None:
        """End the connection; what it had in flight is forgotten, the terminal sends it again."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()
