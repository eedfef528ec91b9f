"""registry.json read and checked whole: every fault is one sentence that names the file and the place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ingest.store.registry_sections import SECTIONS, Section
from ingest.store.registry_values import RegistryError, value_of

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)

Entry = dict[str, Any]
_PERIOD = ("valid_from", "valid_to")


class Registry(NamedTuple):
    """A checked file: entries by table (registry_sections.COLUMNS)."""

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
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        # Fences by themselves, as `hourfence fences import` writes them.
        document = {"grounds": document}
    if not isinstance(document, dict):
        raise RegistryError(f"{source}: must be an object with the lists {', '.join(SECTIONS)} and grounds.")
    unknown = sorted(set(document) - set(SECTIONS) - {"grounds"})
    if unknown:
        raise RegistryError(f"{source}: {unknown[0]!r} is not a part of a registry; remove or rename it.")
    entries: dict[str, list[Entry]] = {}
    for name, section in SECTIONS.items():
        entries[section.table] = _section(source, name, section, document.get(name, []))
    entries["fence"] = _fences(source, document.get("grounds"))
    if check_grounds is not None and document.get("grounds") is not None:
        try:
            check_grounds(document["grounds"])
        except ValueError as fault:
            raise RegistryError(f"{source}: grounds: {fault}") from None
    return Registry(source, sha256, entries)


def _section(source: str, name: str, section: Section, items: Any) -> list[Entry]:
    if not isinstance(items, list):
        raise RegistryError(f"{source}: {name} must be a list.")
    entries: list[Entry] = []
    seen: dict[tuple[Any, datetime], int] = {}
    for index, item in enumerate(items):
        place = f"{source}: {name}[{index}]"
        if not isinstance(item, dict):
            raise RegistryError(f"{place} must be an object.")
        entry = _entry(place, section, item)
        key = (entry["number"], entry["valid_from"])
        if key in seen:
            first = f"{name}[{seen[key]}]"
            raise RegistryError(f"{place}.number is the same as in {first}; remove one of them.")
        seen[key] = index
        entries.append(entry)
    return entries


def _entry(place: str, section: Section, item: dict[str, Any]) -> Entry:
    unknown = sorted(set(item) - {field.name for field in section.fields} - {"number", *_PERIOD})
    if unknown:
        raise RegistryError(f"{place}.{unknown[0]} is not known; remove or rename it.")
    if "number" not in item:
        raise RegistryError(f"{place}.number is missing.")
    entry: Entry = {"number": value_of(f"{place}.number", section.number, item["number"])}
    for name in _PERIOD:
        given = item.get(name)
        entry[name] = None if given is None else value_of(f"{place}.{name}", "instant", given)
    for field in section.fields:
        given = item.get(field.name)
        if field.required and field.name not in item:
            raise RegistryError(f"{place}.{field.name} is missing.")
        entry[field.column] = (
            field.default
            if given is None and not field.required
            else value_of(f"{place}.{field.name}", field.kind, given)
        )
    return _period(place, entry)


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
        number = value_of(f"{place}.fence", "text", properties.get("fence"))
        entry: Entry = {
            "number": number,
            "ground": value_of(f"{place}.ground", "text", properties.get("ground")),
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
    """When a fence's entry begins or ends: a day, or a time with its zone as entries have it."""
    if value is None:
        return None
    if isinstance(value, str) and "T" in value:
        instant: datetime = value_of(place, "instant", value)
        return instant
    day = value_of(place, "date", value)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


__all__ = ["ALWAYS", "Entry", "Registry", "RegistryError", "check", "read"]
