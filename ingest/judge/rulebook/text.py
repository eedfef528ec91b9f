"""A rulebook as TOML text: read whole or refused with one sentence; written, it reads the same again."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from ingest.judge.register.facts import CLASS_CODES
from ingest.judge.rulebook.layer_checks import RulebookError, at_fault
from ingest.judge.rulebook.layers import Layer, Scope
from ingest.judge.rulebook.rulebook import Rulebook

FORMAT = 1
_OFFSET_MIN = 480
_LEVELS = {"format", "utc_offset_min", "layer"}
_KEYS = {"name", "scope", "valid", "thresholds", "effects", "note"}
_LARGEST = {
    "mode": 4,
    "part": 4,
    "vehicle_class": 62,
    "course": 9_999_999_999,
    "province": 999_999,
    "city": 999_999,
    "school": 9_999_999_999_999_999,
}


def parse(text: str, source: str) -> Rulebook:
    """The rulebook of a TOML text; source is the file's name, for messages. Raises RulebookError.

    format = 1; utc_offset_min (480): of dates without a time; [[layer]]: name, note, [layer.scope] with mode,
    part, vehicle_class (number or licence, "C1"), course, province, city, school; [layer.valid] with from, to
    (a date, or a time with offset); [layer.thresholds] name = number; [layer.effects] RULE = "effect".
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise RulebookError(f"{source}: is not TOML, {fault}; correct that line") from None
    if unknown := sorted(set(told) - _LEVELS):
        raise RulebookError(f"{source}: {unknown[0]}: is no key of a rulebook; leave it out")
    if told.get("format") != FORMAT:
        raise RulebookError(f"{source}: format: is {told.get('format')!r}; write `format = {FORMAT}`")
    offset_min = told.get("utc_offset_min", _OFFSET_MIN)
    if type(offset_min) is not int or not -720 <= offset_min <= 840:
        raise RulebookError(f"{source}: utc_offset_min: is {offset_min!r}; write minutes from -720 to 840")
    layers = told.get("layer", [])
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise RulebookError(f"{source}: layer: is not a list of tables; begin each layer with [[layer]]")
    return Rulebook(_layer(layer, at, source, offset_min) for at, layer in enumerate(layers, 1))


def write(book: Rulebook) -> str:
    """TOML text that parse reads as the same rulebook."""
    lines = [f"format = {FORMAT}"]
    for layer in book.layers:
        lines += ["", "[[layer]]", f"name = {_quoted(layer.name)}"]
        lines += _table("scope", {name: value for name, value in vars(layer.scope).items() if value}, str)
        valid = {"from": layer.valid_from_s, "to": layer.valid_to_s}
        lines += _table("valid", {key: value for key, value in valid.items() if value is not None}, _instant)
        lines += _table("thresholds", dict(sorted(layer.thresholds.items())), repr)
        lines += _table("effects", dict(sorted(layer.effects.items())), _quoted)
    return "\n".join(lines) + "\n"


def _layer(told: dict[str, Any], at: int, source: str, offset_min: int) -> Layer:
    name = told.get("name")
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or "+" in name:
        nameless = Layer(f"number {at}", source=source)
        raise at_fault(nameless, "name", f"is {name!r}", "give the layer a name without +")
    bare = Layer(name, source=source)
    if unknown := sorted(set(told) - _KEYS):
        raise at_fault(bare, unknown[0], "is no key of a layer", f"use {', '.join(sorted(_KEYS))}")
    for key in ("scope", "valid", "thresholds", "effects"):
        if not isinstance(told.get(key, {}), dict):
            raise at_fault(bare, key, "is not a table", f"write [layer.{key}] and its keys below")
    valid = told.get("valid", {})
    if unknown := sorted(set(valid) - {"from", "to"}):
        raise at_fault(bare, f"valid.{unknown[0]}", "is no key here", "use from and to")
    return Layer(
        name,
        _scope(bare, told.get("scope", {})),
        _second(bare, "from", valid, offset_min),
        _second(bare, "to", valid, offset_min),
        told.get("thresholds", {}),
        told.get("effects", {}),
        source,
    )


def _scope(layer: Layer, told: dict[str, Any]) -> Scope:
    values = {}
    for key, value in sorted(told.items()):
        if key not in _LARGEST:
            raise at_fault(layer, f"scope.{key}", "is no scope", f"use {', '.join(_LARGEST)}")
        if key == "vehicle_class" and isinstance(value, str):
            value = CLASS_CODES.get(value, value)
        if type(value) is not int or not 1 <= value <= _LARGEST[key]:
            remedy = f"write a number from 1 to {_LARGEST[key]}, or leave it out for anywhere"
            raise at_fault(layer, f"scope.{key}", f"is {value!r}", remedy)
        values[key] = value
    try:
        return Scope(**values)
    except ValueError as fault:
        raise at_fault(layer, "scope", str(fault), "leave out what the course says already") from None


def _second(layer: Layer, key: str, valid: dict[str, Any], offset_min: int) -> int | None:
    value = valid.get(key)
    if value is None:
        return None
    if type(value) is date:
        value = datetime.combine(value, time(), timezone(timedelta(minutes=offset_min)))
    if not isinstance(value, datetime) or value.tzinfo is None or value.second or value.microsecond:
        remedy = "write a date, 2022-04-01, or a whole minute with offset, 2022-04-01T00:00:00+08:00"
        raise at_fault(layer, f"valid.{key}", f"is {value!s}", remedy)
    return int(value.timestamp())


def _table(name: str, values: Mapping[str, Any], text_of: Callable[[Any], str]) -> list[str]:
    rows = [f"{key} = {text_of(value)}" for key, value in values.items()]
    return [f"[layer.{name}]", *rows] if rows else []


def _instant(utc_s: int) -> str:
    # Arithmetic instead of fromtimestamp: the judge asks no clock and no time zone of the machine.
    moment = datetime(1970, 1, 1) + timedelta(seconds=utc_s)
    return moment.isoformat(timespec="seconds") + "Z"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
