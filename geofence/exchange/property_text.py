"""Properties of a fence that come as text: from a command's options, or from the data of a KML Placemark."""

from __future__ import annotations

import json
import re

TEXTS = ("fence", "ground", "kind", "valid_from", "valid_to", "state", "datum", "drawn_in")
NUMBERS = ("half_width_m", "capacity")
NUMBER_LISTS = ("parts", "vehicle_classes")
TEXT_LISTS = ("schools",)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,9})?")


def value_of(name: str, text: str) -> object:
    """The JSON value that `text` stands for as the property `name`; what it cannot be stays a text.

    Lists are written 2,3 or [2, 3]; an empty text, "null" and, for lists, "all" are null.
    """
    stripped = text.strip()
    if stripped in ("", "null") and name not in ("fence", "ground"):
        return None
    if name in NUMBERS:
        return _number(stripped)
    if name in NUMBER_LISTS + TEXT_LISTS:
        if stripped == "all":
            return None
        items = [item.strip().strip('"') for item in stripped.removeprefix("[").removesuffix("]").split(",")]
        return items if name in TEXT_LISTS else [_number(item) for item in items]
    return stripped


def _number(text: str) -> object:
    value: object = json.loads(text) if _NUMBER.fullmatch(text) else text
    return value
