"""Database and broker for a command: the ones the settings name, or embedded ones for as long as it runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.settings import MqttAddress, Settings, parse_mqtt_url


@dataclass(frozen=True)
class Surroundings:
    """Where database and broker are."""

    database_url: str
    mqtt: MqttAddress
    mqtt_url: str | None
    embedded_database: bool


@contextmanager
def surroundings(settings: Settings, folder: Path, keep: bool = True) -> Iterator[Surroundings]:
    """Start what the settings do not name, in folder; ends it on leaving. Raises EmbeddedError."""
    with ExitStack() as stack:
        database_url = settings.database_url
        if database_url is None:
            database_url = stack.enter_context(EmbeddedPostgres(folder / "postgres", keep=keep)).url
        mqtt, mqtt_url = settings.mqtt, None
        if mqtt is None:
            broker = stack.enter_context(EmbeddedBroker(folder / "broker"))
            mqtt, mqtt_url = parse_mqtt_url(broker.url), broker.url
        yield Surroundings(database_url, mqtt, mqtt_url, settings.database_url is None)
