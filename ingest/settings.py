"""What the environment says: which database, which broker, which data folder.

HOURFENCE_DATABASE_URL  ``postgresql://...``; unset: an embedded PostgreSQL in the data folder
HOURFENCE_MQTT_URL      ``mqtt://user:password@host:port`` or ``mqtts://...?ca=path``; unset: an embedded
broker HOURFENCE_DATA          the data folder; unset: ``build/data`` under the working directory
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

DATABASE_URL = "HOURFENCE_DATABASE_URL"
MQTT_URL = "HOURFENCE_MQTT_URL"
DATA = "HOURFENCE_DATA"
PORTS = {"mqtt": 1883, "mqtts": 8883}


class SettingsError(ValueError):
    """A setting cannot be used; the text names it and says what it should look like."""


@dataclass(frozen=True)
class MqttAddress:
    """Where a broker is and who we are there. ``ca`` is a PEM file, or None for the system's authorities."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca: Path | None = None


@dataclass(frozen=True)
class Settings:
    """``database_url`` and ``mqtt`` are None when the embedded parts should be started."""

    database_url: str | None = field(repr=False)
    mqtt: MqttAddress | None
    data: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read and check everything; raises SettingsError. An empty value counts as unset."""
        env = os.environ if environment is None else environment
        database = env.get(DATABASE_URL, "").strip() or None
        broker = env.get(MQTT_URL, "").strip() or None
        data = env.get(DATA, "").strip() or os.path.join("build", "data")
        if database is not None:
            _check_database_url(database)
        return cls(database, None if broker is None else parse_mqtt_url(broker), _data_folder(data))


def parse_mqtt_url(text: str, name: str = MQTT_URL) -> MqttAddress:
    """An MQTT URL's parts; ``name`` is the setting the error speaks of. Raises SettingsError."""
    shape = "it should look like mqtt://user:password@host:1883 or mqtts://user:password@host:8883?ca=/path/ca.pem"
    parts, port = _split(text, name, shape)
    if parts.scheme not in PORTS:
        raise SettingsError(f"{name} starts with {parts.scheme or 'nothing'}://; {shape}.")
    if not parts.hostname:
        raise SettingsError(f"{name} names no host; {shape}.")
    if parts.path not in ("", "/") or parts.fragment:
        raise SettingsError(f"{name} has a path or fragment, which MQTT does not know; {shape}.")
    tls = parts.scheme == "mqtts"
    options = parse_qs(parts.query, keep_blank_values=True)
    unknown = sorted(set(options) - {"ca"})
    if unknown:
        raise SettingsError(f"{name} has the unknown option {unknown[0]}; only ca is known, and {shape}.")
    ca = None
    if "ca" in options:
        ca = Path(options["ca"][-1])
        if not tls:
            raise SettingsError(
                f"{name} gives a ca for a connection without TLS; write mqtts:// instead of mqtt://."
            )
        if not ca.is_file():
            raise SettingsError(
                f"{name} names the certificate file {ca}, which cannot be found; correct its ca option."
            )
    return MqttAddress(
        parts.hostname,
        PORTS[parts.scheme] if port is None else port,
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
        tls,
        ca,
    )


def _check_database_url(text: str) -> None:
    shape = "it should look like postgresql://user:password@host:5432/hourfence"
    # A unix socket folder may stand percent-encoded where the host stands, and the host may be empty.
    parts, _port = _split(text, DATABASE_URL, shape)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingsError(f"{DATABASE_URL} is not a PostgreSQL URL; {shape}.")
    if parts.path in ("", "/") and "dbname=" not in parts.query:
        raise SettingsError(f"{DATABASE_URL} names no database; {shape}.")


def _split(text: str, name: str, shape: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise SettingsError(f"{name} cannot be read as a URL; {shape}.") from None
    if port == 0:
        raise SettingsError(f"{name} has port 0; {shape}.")
    return parts, port


def _data_folder(text: str) -> Path:
    if "\0" in text:
        raise SettingsError(f"{DATA} holds a NUL character; name a folder.")
    folder = Path(text).expanduser().absolute()
    nearest = next(p for p in (folder, *folder.parents) if p.exists())
    if not nearest.is_dir():
        raise SettingsError(f"{DATA} is {folder}, but {nearest} is a file; name a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise SettingsError(
            f"{DATA} is {folder}, but {nearest} is not writable; name a folder you may write to."
        )
    return folder
