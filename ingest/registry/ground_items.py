"""Training grounds between their GeoJSON features and the entries that a sheet changes: names, not shapes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from ingest.registry.merge import Item

_TIMES = ("valid_from", "valid_to")


def items_of(features: Iterable[dict[str, Any]], utc_offset_min: int) -> list[Item]:
    """One entry a feature; a day in its properties is a local midnight."""
    return [_item(feature, utc_offset_min) for feature in features]


def features_of(items: Iterable[Item]) -> list[dict[str, Any]]:
    """The features again, with what the entries say; what an entry did not change keeps its words."""
    return [_feature(item) for item in items]


def _item(feature: dict[str, Any], utc_offset_min: int) -> Item:
    own = feature["properties"]
    times = {name: _instant(own[name], utc_offset_min) for name in _TIMES}
    return {
        "number": own["fence"],
        "name": own["ground"],
        "state": own.get("state", "approved"),
        "capacity": own.get("capacity"),
        **times,
        "feature": feature,
        "read": times,
    }


def _feature(item: Item) -> dict[str, Any]:
    feature = item["feature"]
    own = dict(feature["properties"])
    own["ground"] = item["name"]
    for name, default in (("state", "approved"), ("capacity", None)):
        if own.get(name, default) != item[name]:
            own[name] = item[name]
    for name in _TIMES:
        if item[name] != item["read"][name]:
            own[name] = item[name]
    return {**feature, "properties": own}


def _instant(text: str | None, utc_offset_min: int) -> str | None:
    if text is None:
        return None
    if "T" in text:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    day = date.fromisoformat(text)
    zone = timezone(timedelta(minutes=utc_offset_min))
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).isoformat()
