"""The believed registry in the words of a registry file: what registry_file.check takes, written again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from ingest.store.registry import Snapshot
from ingest.store.registry_sections import SECTIONS, Section


def items_of(known: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Entries by section; every time with its zone. grounds: the list of features."""
    sections: dict[str, list[dict[str, Any]]] = {
        name: [_item(section, entry) for entry in getattr(known, name)] for name, section in SECTIONS.items()
    }
    return {**sections, "grounds": known.grounds["features"]}


def _item(section: Section, entry: Sequence[Any]) -> dict[str, Any]:
    number, valid_from, valid_to, *values = entry
    item = {
        "number": _written(section.number, number),
        "valid_from": _written("instant", valid_from),
        "valid_to": _written("instant", valid_to),
    }
    for field, value in zip(section.fields, values, strict=True):
        item[field.name] = _written(field.kind, value)
    return item


def _written(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "number":
        return f"{value:016d}"
    if kind == "area":
        return f"{value:06d}"
    if kind == "key":
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_written("", one) for one in value]
    return value
