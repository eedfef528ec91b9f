"""What the depot's commands need from the registry and the settings."""

import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firmware.wire import topics
from gateway.papers import Car, Papers
from gateway.provisioning import Offer
from ingest.cli.faults import UsageError
from ingest.settings import MqttAddress, Settings, parse_mqtt_url

# Given by other options, or the board's own matter.
NOT_IN_SETTINGS = ("terminal", "key_hex", "host", "port", "username", "password", "tls_ca", "release_key")


def broker_address(broker: str | None) -> MqttAddress:
    """The broker of --broker or of the environment. Raises UsageError."""
    address = parse_mqtt_url(broker, "--broker") if broker else Settings.from_environment().mqtt
    if address is None:
        raise UsageError("No broker is named; give --broker mqtt://user:password@host or HOURFENCE_MQTT_URL.")
    return address


def car_of(registry: Path | None, terminal: int, car: int) -> Car:
    """The car, with the terminal's number still free, in a registry file or in the settings' database.

    Raises UsageError when the number is taken or the car unknown.
    """
    if registry is not None:
        taken, cars, place = _from_file(registry)
    else:
        taken, cars, place = _from_database()
    if terminal in taken:
        raise UsageError(
            f"The terminal number {terminal:016d} is in {place} already; choose one that was never used."
        )
    if car not in cars:
        raise UsageError(f"The car {car:016d} is not in {place}; load the car first, or correct --car.")
    plate, school = cars[car]
    return Car(car, plate, school)


def _from_file(registry: Path) -> tuple[set[int], dict[int, tuple[str, int]], str]:
    from ingest.store import registry_file

    entries = registry_file.read(registry).entries
    cars = {entry["number"]: (entry["plate"], entry["school"]) for entry in entries["car"]}
    return {entry["number"] for entry in entries["terminal"]}, cars, str(registry)


def _from_database() -> tuple[set[int], dict[int, tuple[str, int]], str]:
    from ingest.cli.surroundings import surroundings
    from ingest.store.connection import connect
    from ingest.store.migrate import migrate

    settings = Settings.from_environment()
    with surroundings(settings, settings.data) as parts, connect(parts.database_url) as conn:
        migrate(conn)
        taken = {row[0] for row in conn.execute("SELECT DISTINCT number FROM terminal")}
        rows = conn.execute(
            "SELECT DISTINCT ON (number) number, plate, school FROM car WHERE valid_from <= %s "
            "ORDER BY number, valid_from DESC, entry DESC",
            (datetime.now(UTC),),
        )
        return taken, {row[0]: (row[1], row[2]) for row in rows}, "the database"


def terminal_settings(
    terminal: int,
    address: MqttAddress,
    key_hex: str,
    password: str,
    release_key: str | None,
    more: Path | None,
) -> bytes:
    """The settings part, JSON. The terminal logs in as its number; tls_ca is set by the terminal itself."""
    settings: dict[str, Any] = {} if more is None else _more_settings(more)
    settings |= {"terminal": terminal, "key_hex": key_hex, "host": address.host, "port": address.port}
    settings |= {"username": topics.number_text(terminal), "password": password}
    if release_key is not None:
        if len(release_key) != 64 or set(release_key.lower()) - set("0123456789abcdef"):
            raise UsageError("--release-key must be the 64 hexadecimal digits of the public release key.")
        settings["release_key"] = release_key.lower()
    return json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()


def _more_settings(more: Path) -> dict[str, Any]:
    try:
        settings = json.loads(more.read_bytes())
    except (OSError, ValueError) as fault:
        raise UsageError(f"{more}: cannot be read as JSON ({fault}); correct it or --settings.") from None
    if not isinstance(settings, dict):
        raise UsageError(f"{more}: must be a JSON object of terminal settings.")
    given = sorted(set(settings) & set(NOT_IN_SETTINGS))
    if given:
        raise UsageError(f"{more}: {given[0]} is given by the options; remove it from the file.")
    return settings


def certificate(address: MqttAddress) -> bytes:
    """The broker's CA in DER, the form the terminal reads; empty without TLS. Raises UsageError."""
    if not address.tls:
        return b""
    if address.ca is None:
        raise UsageError("The terminal needs the broker's CA; write mqtts://host:8883?ca=/path/ca.pem.")
    try:
        return ssl.PEM_cert_to_DER_cert(address.ca.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as fault:
        raise UsageError(f"{address.ca}: is no PEM certificate ({fault}); correct ca of --broker.") from None


def provision(
    port: str,
    papers: Papers,
    terminal: int,
    car: Car,
    make_settings: Callable[[str, str], bytes],
    ca: bytes,
    grounds: bytes,
    say: Callable[[str], None],
) -> str:
    """Provision the terminal on this port; make_settings(key_hex, password) is its settings. The label."""
    from gateway.line import Line
    from gateway.provisioning import Provisioning

    shared = papers.begin()
    offer = Offer(terminal, shared.key, (make_settings(shared.key.hex(), shared.password), ca, grounds))
    with Line(port) as line:
        public_key = Provisioning(line, offer, lambda hardware: papers.note(shared, hardware), say).run()
    return papers.finish(shared, car, public_key)
