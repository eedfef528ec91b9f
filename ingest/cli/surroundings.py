"""Database and broker for a command: the ones the settings name, or embedded ones for as long as it runs."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.settings import MqttAddress, Settings, parse_mqtt_url

INGEST = "ingest"


@dataclass(frozen=True)
class Surroundings:
    """Where database and broker are. passwords: user to password at an embedded broker that knows users."""

    database_url: str
    mqtt: MqttAddress
    mqtt_url: str | None = field(repr=False)
    embedded_database: bool
    passwords: Mapping[str, str] = field(repr=False)

    def login(self, user: str) -> tuple[str, str]:
        """User name and password of a terminal; a broker that the settings name has one login for all."""
        if user in self.passwords:
            return user, self.passwords[user]
        return self.mqtt.username or "", self.mqtt.password or ""


@contextmanager
def surroundings(
    settings: Settings, folder: Path, keep: bool = True, terminals: Sequence[str] = ()
) -> Iterator[Surroundings]:
    """Start what the settings do not name, in folder; ends it on leaving. Raises EmbeddedError.

    With terminals (16 digits each), an embedded broker lets in only them and ingest, each by a password of
    its own, made for this run.
    """
    with ExitStack() as stack:
        database_url = settings.database_url
        if database_url is None:
            database_url = stack.enter_context(EmbeddedPostgres(folder / "postgres", keep=keep)).url
        mqtt, mqtt_url = settings.mqtt, None
        passwords: dict[str, str] = {}
        if mqtt is None:
            passwords = {user: secrets.token_urlsafe(18) for user in (INGEST, *terminals) if terminals}
            broker = stack.enter_context(EmbeddedBroker(folder / "broker", passwords or None))
            mqtt_url = broker.url_for(INGEST) if passwords else broker.url
            mqtt = parse_mqtt_url(mqtt_url)
        yield Surroundings(database_url, mqtt, mqtt_url, settings.database_url is None, passwords)
