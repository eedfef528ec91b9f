"""TOML text to syllabus tables, whole or not at all."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib import resources
from typing import Any

from ingest.stage.syllabus import PARTS, PartNeeds, Syllabus

_NUMBERS = {
    "hours": (1, 1000),
    "hour_min": (1, 120),
    "hour_effective_min": (1, 120),
    "classroom_hours": (0, 1000),
    "day_hours_practice": (1, 24),
    "day_hours_classroom": (1, 24),
}
_KEYS = {"version", "vehicle_class", "enrolled_from", "enrolled_to", "parts", *_NUMBERS}
_PART_KEYS = {"hours": (1, 1000), "kilometres": (0, 100_000)}


# A class that is new in a revision may stand in a table before it has a code.
_CLASS = re.compile("[A-Z][1-9]?")


class SyllabusError(ValueError):
    """What is wrong in a syllabus file, where, and what to do."""


def shipped() -> tuple[Syllabus, ...]:
    """The tables that come with the product."""
    folder = resources.files("ingest.stage") / "syllabuses"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(table for file in files for table in parse(file.read_text(encoding="utf-8"), file.name))


def parse(text: str, source: str) -> tuple[Syllabus, ...]:
    """All tables of a file. Raises SyllabusError naming the table and the key."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SyllabusError(f"{source}: this is not TOML ({fault}); mend it there.") from None
    tables = document.get("syllabus")
    if not isinstance(tables, list) or not tables or set(document) != {"syllabus"}:
        raise SyllabusError(f"{source}: there is no list of tables; begin each one with [[syllabus]].")
    read = tuple(_table(table, f"{source}: syllabus {at}") for at, table in enumerate(tables, 1))
    _refuse_overlaps(read, source)
    return read


def _table(values: dict[str, Any], where: str) -> Syllabus:
    for key in values:
        if key not in _KEYS:
            raise SyllabusError(f"{where}: nothing is called {key}; the keys are {', '.join(sorted(_KEYS))}.")
    version, vehicle_class = values.get("version"), values.get("vehicle_class")
    if not isinstance(version, str) or not version.strip():
        raise SyllabusError(f"{where}: version is missing; give the table a name.")
    if not isinstance(vehicle_class, str) or not _CLASS.fullmatch(vehicle_class):
        raise SyllabusError(f"{where}: {vehicle_class!r} is no vehicle class; write one like C1.")
    enrolled_from, enrolled_to = _day(values, "enrolled_from", where), None
    if "enrolled_to" in values:
        enrolled_to = _day(values, "enrolled_to", where)
        if enrolled_to <= enrolled_from:
            raise SyllabusError(f"{where}: enrolled_to is not after enrolled_from; give a later day.")
    numbers = {key: _number(values, key, limits, where) for key, limits in _NUMBERS.items()}
    if numbers["hour_effective_min"] > numbers["hour_min"]:
        raise SyllabusError(f"{where}: hour_effective_min is more than hour_min; lower it.")
    parts = _parts(values.get("parts", {}), where)
    told = sum(needs.hours for _, needs in parts)
    if told > numbers["hours"] or (len(parts) == len(PARTS) and told != numbers["hours"]):
        raise SyllabusError(
            f"{where}: the parts add up to {told} hours, not {numbers['hours']}; mend either."
        )
    return Syllabus(version, vehicle_class, enrolled_from, enrolled_to, parts=parts, **numbers)


def _parts(values: object, where: str) -> tuple[tuple[int, PartNeeds], ...]:
    if not isinstance(values, dict):
        raise SyllabusError(f"{where}: parts is no table; write [syllabus.parts.2] and hours under it.")
    parts = []
    for name, needs in values.items():
        at = f"{where}, part {name}"
        if name not in map(str, PARTS) or not isinstance(needs, dict):
            raise SyllabusError(f"{at}: the parts are 1 to 4, each a table; write [syllabus.parts.2].")
        for key in needs:
            if key not in _PART_KEYS:
                raise SyllabusError(f"{at}: nothing is called {key}; the keys are hours and kilometres.")
        hours = _number(needs, "hours", _PART_KEYS["hours"], at)
        kilometres = _number({"kilometres": 0, **needs}, "kilometres", _PART_KEYS["kilometres"], at)
        parts.append((int(name), PartNeeds(hours, kilometres)))
    return tuple(sorted(parts, key=lambda part: part[0]))


def _day(values: dict[str, Any], key: str, where: str) -> date:
    value = values.get(key)
    # A datetime is a date to Python, but has hours that nobody meant.
    if type(value) is not date:
        raise SyllabusError(f"{where}: {key} is no day; write it like 2016-10-01, without quotes.")
    return value


def _number(values: dict[str, Any], key: str, limits: tuple[int, int], where: str) -> int:
    value = values.get(key)
    if type(value) is not int or not limits[0] <= value <= limits[1]:
        raise SyllabusError(
            f"{where}: {key} is {value!r}; write a whole number from {limits[0]} to {limits[1]}."
        )
    return value


def _refuse_overlaps(tables: tuple[Syllabus, ...], source: str) -> None:
    seen: set[tuple[str, date]] = set()
    for table in tables:
        key = (table.vehicle_class, table.enrolled_from)
        if key in seen:
            raise SyllabusError(
                f"{source}: two tables for {key[0]} begin on {key[1]}; keep one or give it another day."
            )
        seen.add(key)
