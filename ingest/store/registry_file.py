"""registry.json read and checked whole: every fault is one sentence that names the file and the place."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ingest.store.connection import StoreError

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

Entry = dict[str, Any]
_SECTIONS: dict[str, dict[str, str]] = {
    "schools": {"number": "number", "name": "text"},
    "cars": {"number": "number", "plate": "text", "school": "number"},
    "instructors": {"number": "number", "name": "text", "school": "number"},
    "trainees": {"number": "number", "name": "text", "school": "number", "vehicle_class": "text"},
    "terminals": {"number": "number", "key_hex": "key", "car": "number", "school": "number"},
}
_OPTIONAL = {"terminals": {"public_key_hex": "key"}}
_INSTANTS = ("valid_from", "valid_to", "revoked_at")


class RegistryError(StoreError):
    """A registry file that cannot be taken; nothing of it was loaded."""


class Registry(NamedTuple):
    """A checked file: entries by table (school, car, instructor, trainee, terminal, fence)."""

    source: str
    sha256: bytes
    entries: dict[str, list[Entry]]


def read(path: Path, check_grounds: Callable[[dict[str, Any]], None] | None = None) -> Registry:
    """Read and check a registry file. check_grounds is given the grounds' FeatureCollection and raises
    ValueError with a sentence for geometry it refuses. Raises RegistryError."""
    try:
        data = path.read_bytes()
        document = json.loads(data.decode("utf-8-sig"))
    except OSError as fault:
        raise RegistryError(f"{path}: cannot be read ({fault.strerror}); check the path.") from None
    except (UnicodeDecodeError, RecursionError) as fault:
        raise RegistryError(f"{path}: is not JSON text ({fault}); save it as UTF-8 JSON.") from None
    except json.JSONDecodeError as fault:
        raise RegistryError(
            f"{path}: line {fault.lineno} column {fault.colno}: {fault.msg}; correct the JSON."
        ) from None
    return check(document, str(path), hashlib.sha256(data).digest(), check_grounds)


def check(
    document: Any,
    source: str,
    sha256: bytes = bytes(32),
    check_grounds: Callable[[dict[str, Any]], None] | None = None,
) -> Registry:
    """Check a registry document; source is named in the errors. Raises RegistryError."""
    if not isinstance(document, dict):
        raise RegistryError(f"{source}: must be an object with the lists {', '.join(_SECTIONS)} and grounds.")
    unknown = sorted(set(document) - set(_SECTIONS) - {"grounds"})
    if unknown:
        raise RegistryError(f"{source}: {unknown[0]!r} is not a part of a registry; remove or rename it.")
    entries: dict[str, list[Entry]] = {}
    for section, fields in _SECTIONS.items():
        entries[section[:-1]] = _section(source, section, fields, document.get(section, []))
    entries["fence"] = _fences(source, document.get("grounds"))
    if check_grounds is not None and document.get("grounds") is not None:
        try:
            check_grounds(document["grounds"])
        except ValueError as fault:
            raise RegistryError(f"{source}: grounds: {fault}") from None
    return Registry(source, sha256, entries)


def _section(source: str, section: str, fields: dict[str, str], items: Any) -> list[Entry]:
    if not isinstance(items, list):
        raise RegistryError(f"{source}: {section} must be a list.")
    entries: list[Entry] = []
    seen: dict[tuple[Any, datetime], int] = {}
    for index, item in enumerate(items):
        place = f"{source}: {section}[{index}]"
        if not isinstance(item, dict):
            raise RegistryError(f"{place} must be an object.")
        entry = _entry(place, section, fields, item)
        key = (entry["number"], entry["valid_from"])
        if key in seen:
            first = f"{section}[{seen[key]}]"
            raise RegistryError(f"{place}.number is the same as in {first}; remove one of them.")
        seen[key] = index
        entries.append(entry)
    return entries


def _entry(place: str, section: str, fields: dict[str, str], item: dict[str, Any]) -> Entry:
    optional = _OPTIONAL.get(section, {})
    allowed = set(fields) | set(optional) | {"valid_from", "valid_to"}
    allowed |= {"revoked_at"} if section == "terminals" else set()
    unknown = sorted(set(item) - allowed)
    if unknown:
        raise RegistryError(f"{place}.{unknown[0]} is not known; remove or rename it.")
    entry: Entry = {}
    for name, kind in fields.items():
        if name not in item:
            raise RegistryError(f"{place}.{name} is missing.")
        entry[name.removesuffix("_hex")] = _value(f"{place}.{name}", kind, item[name])
    for name, kind in optional.items():
        given = item.get(name)
        value = None if given is None else _value(f"{place}.{name}", kind, given)
        entry[name.removesuffix("_hex")] = value
    for name in _INSTANTS:
        if name in allowed:
            entry[name] = _instant(f"{place}.{name}", item.get(name))
    return _period(place, entry)


def _value(place: str, kind: str, value: Any) -> Any:
    if kind == "number":
        if isinstance(value, str) and re.fullmatch(r"[0-9]{16}", value) and int(value):
            return int(value)
        raise RegistryError(f"{place} must be 16 decimal digits as a string, not all zero.")
    if kind == "key":
        if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{64}", value):
            return bytes.fromhex(value)
        raise RegistryError(f"{place} must be 64 hexadecimal digits.")
    if isinstance(value, str) and value.strip() and "\0" not in value:
        return value
    raise RegistryError(f"{place} must be a text that is not empty.")


def _instant(place: str, value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    raise RegistryError(f"{place} must be a time with its zone such as 2026-01-01T00:00:00Z, or null.")


def _period(place: str, entry: Entry) -> Entry:
    entry["valid_from"] = entry["valid_from"] or ALWAYS
    if entry["valid_to"] is not None and entry["valid_to"] <= entry["valid_from"]:
        raise RegistryError(f"{place}.valid_to must be after valid_from.")
    return entry


def _fences(source: str, grounds: Any) -> list[Entry]:
    if grounds is None:
        return []
    features = grounds.get("features") if isinstance(grounds, dict) else None
    if not isinstance(features, list) or grounds.get("type") != "FeatureCollection":
        raise RegistryError(f"{source}: grounds must be a GeoJSON FeatureCollection with a list of features.")
    entries = []
    seen: dict[tuple[str, datetime], int] = {}
    for index, feature in enumerate(features):
        place = f"{source}: grounds.features[{index}].properties"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise RegistryError(f"{place} must be an object.")
        number = _value(f"{place}.fence", "text", properties.get("fence"))
        entry: Entry = {
            "number": number,
            "ground": _value(f"{place}.ground", "text", properties.get("ground")),
            "feature": json.dumps(feature, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            "valid_from": _day(f"{place}.valid_from", properties.get("valid_from")),
            "valid_to": _day(f"{place}.valid_to", properties.get("valid_to")),
        }
        key = (number, _period(place, entry)["valid_from"])
        if key in seen:
            raise RegistryError(f"{place}.fence is the same as in features[{seen[key]}]; remove one of them.")
        seen[key] = index
        entries.append(entry)
    return entries


def _day(place: str, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RegistryError(f"{place} must be a day such as 2026-01-01, or null.") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
