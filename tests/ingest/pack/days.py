"""Made days put into a real database: registry, evidence in envelopes, judged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from firmware.wire import records as wire
from ingest.judge.register.facts import CLASS_CODES, STATE_NAMES
from ingest.store import registry, registry_file
from ingest.store.connection import Connection
from ingest.store.evidence import EvidenceRow, append
from ingest.store.parts import Parts
from simulators.worlds.book import Row
from simulators.worlds.world import Day

_CLASSES = {code: name for name, code in CLASS_CODES.items()}
_LOCAL_S = 8 * 3600
_DAY_S = 86_400
_IN_ENVELOPE = 4


def document(day: Day) -> dict[str, Any]:
    """The day's registry as a registry file has it."""
    made: dict[str, Any] = {kind: [] for kind in day.registry}
    for kind, entries in day.registry.items():
        for entry in entries:
            made[kind].append(_ENTRY[kind](entry) | _period(entry))
    return {**made, "grounds": {"type": "FeatureCollection", "features": _features(day)}}


def stored(conn: Connection, day: Day, rows: Iterable[Row] | None = None) -> None:
    """Load the registry and append these records, or all of the day's."""
    registry.load(conn, registry_file.check(document(day), "day"))
    add(conn, day.rows if rows is None else rows)


def add(conn: Connection, rows: Iterable[Row]) -> None:
    """Append records, some to an envelope."""
    made = [_stored(row) for row in rows]
    Parts().ensure(conn, [row.utc_us for row in made])
    append(conn, made)


def _stored(row: Row) -> EvidenceRow:
    values = wire.decode(row.record)
    minute = values.get("minute")
    utc_us = (minute * 60 if minute else values["utc_s"]) * 1_000_000
    first = (row.seq - 1) // _IN_ENVELOPE * _IN_ENVELOPE + 1
    session, seal = values.get("session", 0), first.to_bytes(32, "big")
    return EvidenceRow(
        row.terminal, row.seq, utc_us, utc_us, session, first, _IN_ENVELOPE, row.kind, seal, row.record
    )


def _features(day: Day) -> list[dict[str, Any]]:
    return [feature for one in day.fences for feature in one["features"]]


def _number(number: int) -> str:
    return f"{number:016d}"


def _instant(utc_s: int | None) -> str | None:
    return None if utc_s is None else datetime.fromtimestamp(utc_s, UTC).isoformat()


def _day(utc_s: int | None, ends: bool = False) -> str | None:
    """A local day; ends: the one before the day that begins then."""
    if not utc_s:
        return None
    moment = datetime.fromtimestamp(utc_s, UTC) + timedelta(seconds=_LOCAL_S - (_DAY_S if ends else 0))
    return moment.date().isoformat()


def _period(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: _instant(entry.get(f"{name}_s")) for name in ("valid_from", "valid_to")}


def _bits(bits: int) -> list[int]:
    return [at for at in range(63) if bits >> at & 1]


def _state(entry: dict[str, Any]) -> dict[str, Any]:
    return {"state": STATE_NAMES[entry.get("state", 0)]}


def _school(entry: dict[str, Any]) -> dict[str, Any]:
    places = {name: f"{entry[name]:06d}" for name in ("province", "city") if entry.get(name)}
    return {"number": _number(entry["school"]), "name": "S", **_state(entry), **places}


def _person(entry: dict[str, Any], number: str) -> dict[str, Any]:
    numbers = {"number": _number(entry[number]), "school": _number(entry["school"])}
    return {**numbers, "name": "N", **_state(entry)}


def _instructor(entry: dict[str, Any]) -> dict[str, Any]:
    return _person(entry, "instructor") | {
        "licence_until": _day(entry.get("licence_to_s"), True),
        "permit_until": _day(entry.get("permit_to_s"), True),
        "vehicle_classes": [_CLASSES[code] for code in _bits(entry.get("vehicle_classes", 0))],
    }


def _trainee(entry: dict[str, Any]) -> dict[str, Any]:
    return _person(entry, "trainee") | {
        "vehicle_class": _CLASSES.get(entry.get("vehicle_class", 0), "?"),
        "enrolled_on": _day(entry.get("enrolled_s")),
        "parts_passed": _bits(entry.get("parts_passed", 0)),
    }


def _car(entry: dict[str, Any]) -> dict[str, Any]:
    made = {"number": _number(entry["car"]), "plate": f"P{entry['car']}", "school": _number(entry["school"])}
    until = {"inspected_until": _day(entry.get("inspected_to_s"), True)}
    return {**made, **_state(entry), "vehicle_class": _CLASSES.get(entry.get("vehicle_class", 0)), **until}


def _terminal(entry: dict[str, Any]) -> dict[str, Any]:
    made = {name: _number(entry[name]) for name in ("car", "school")}
    number = {"number": _number(entry["terminal"]), "key_hex": "00" * 32, **_state(entry)}
    return {
        **number,
        **made,
        "public_key_hex": entry.get("public_key"),
        "revoked_at": _instant(entry.get("revoked_s")),
    }


def _days(entry: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"number": f"days {entry.get('school', 0)} {entry.get('city', 0)}"}
    made["windows"] = [
        "-".join(f"{at // 60:02d}:{at % 60:02d}" for at in window) for window in entry.get("windows", ())
    ]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    made["banned"] = [(epoch + timedelta(days=day)).date().isoformat() for day in entry.get("banned", ())]
    made["utc_offset_min"] = entry.get("utc_offset_min", 480)
    if entry.get("school"):
        made["school"] = _number(entry["school"])
    return made


_ENTRY = {
    "schools": _school,
    "instructors": _instructor,
    "trainees": _trainee,
    "cars": _car,
    "terminals": _terminal,
    "days": _days,
}
