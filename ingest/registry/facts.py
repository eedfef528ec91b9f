"""The registry as believed, as the judge takes it in: days become seconds, names of classes their codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Protocol

from ingest.judge.register.facts import (
    CLASS_CODES,
    STATE_NAMES,
    CarFact,
    DaysFact,
    Facts,
    InstructorFact,
    OperatorFact,
    SchoolFact,
    TerminalFact,
    TraineeFact,
    class_bits,
)

UTC_OFFSET_MIN = 480
"""Local time in which a registry's days begin, in minutes ahead of UTC."""
_EPOCH = date(1970, 1, 1)
_PLATFORM_BASE = 36


class Believed(Protocol):
    """Entries by kind, with the fields that the store's entry types have."""

    @property
    def schools(self) -> Sequence[Any]: ...
    @property
    def cars(self) -> Sequence[Any]: ...
    @property
    def instructors(self) -> Sequence[Any]: ...
    @property
    def trainees(self) -> Sequence[Any]: ...
    @property
    def terminals(self) -> Sequence[Any]: ...
    @property
    def operators(self) -> Sequence[Any]: ...
    @property
    def days(self) -> Sequence[Any]: ...


def facts_of(known: Believed, utc_offset_min: int = UTC_OFFSET_MIN) -> Facts:
    """All facts. A day on which something ends still belongs to it, in local time."""

    def day_s(day: date) -> int:
        zone = timezone(timedelta(minutes=utc_offset_min))
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())

    def past_s(day: date | None) -> int | None:
        return None if day is None else day_s(day) + 86400

    return Facts(
        tuple(_terminal(entry) for entry in known.terminals),
        tuple(_school(entry) for entry in known.schools),
        tuple(
            InstructorFact(
                entry.number,
                entry.school,
                *_period(entry),
                _state(entry),
                past_s(entry.licence_until),
                past_s(entry.permit_until),
                class_bits(*(CLASS_CODES[name] for name in entry.vehicle_classes)),
            )
            for entry in known.instructors
        ),
        tuple(
            TraineeFact(
                entry.number,
                entry.school,
                *_period(entry),
                _state(entry),
                CLASS_CODES.get(entry.vehicle_class, 0),
                0 if entry.enrolled_on is None else day_s(entry.enrolled_on),
                _bits(entry.parts_passed),
            )
            for entry in known.trainees
        ),
        tuple(
            CarFact(
                entry.number,
                entry.school,
                *_period(entry),
                _state(entry),
                CLASS_CODES.get(entry.vehicle_class, 0),
                past_s(entry.inspected_until),
            )
            for entry in known.cars
        ),
        tuple(
            OperatorFact(operator_number(entry.number), *_period(entry), _state(entry))
            for entry in known.operators
        ),
        tuple(_days(entry) for entry in known.days),
    )


def operator_number(platform: str | None) -> int:
    """A platform number such as A0107 as a number, 0 for none; different ones stay different."""
    return 0 if platform is None else int(platform, _PLATFORM_BASE)


def _terminal(entry: Any) -> TerminalFact:
    return TerminalFact(
        entry.number,
        entry.car,
        *_period(entry),
        None if entry.revoked_at is None else _second(entry.revoked_at),
        None if entry.public_key is None else entry.public_key.hex(),
        entry.school,
        _state(entry),
        operator_number(entry.operator),
    )


def _school(entry: Any) -> SchoolFact:
    city = entry.city or 0
    # The first two digits of a city's code are its province's.
    province = entry.province or city // 10000 * 10000
    return SchoolFact(entry.number, *_period(entry), _state(entry), province, city)


def _days(entry: Any) -> DaysFact:
    return DaysFact(
        *_period(entry),
        province=entry.province or 0,
        city=entry.city or 0,
        school=entry.school or 0,
        windows=tuple(_window(window) for window in entry.windows),
        banned=tuple((day - _EPOCH).days for day in entry.banned),
        utc_offset_min=entry.utc_offset_min,
    )


def _window(window: str) -> tuple[int, int]:
    begin, end = (part.split(":") for part in window.split("-"))
    return int(begin[0]) * 60 + int(begin[1]), int(end[0]) * 60 + int(end[1])


def _bits(parts: Iterable[int]) -> int:
    return class_bits(*parts)


def _state(entry: Any) -> int:
    return STATE_NAMES.index(entry.state)


def _period(entry: Any) -> tuple[int, int | None]:
    return _second(entry.valid_from), None if entry.valid_to is None else _second(entry.valid_to)


def _second(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())
