"""The stage report: what a trainee has of one part or of all, what is missing, and the minutes behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.register.facts import APPROVED, STATE_NAMES
from ingest.stage import shortages
from ingest.stage.filling import filled_min
from ingest.stage.shortages import missing
from ingest.stage.syllabus import PARTS, Syllabus, in_force, training_hours
from ingest.stage.trained import MODES, Overruled, Person, Recognised, Trained

FORMAT = "hourfence-stage-report-1"
_METRES = 1000


def stage_report(
    trainee: int,
    person: Person | None,
    tables: Iterable[Syllabus],
    sessions: Sequence[Trained],
    recognised: Sequence[Recognised],
    as_of_s: int,
    part: int | None = None,
) -> dict[str, Any]:
    """The report as plain JSON values; part None reports the whole course. The same input, the same report.

    eligible is true just when missing is empty. Unsure minutes count for nothing until they are decided.
    """
    wanted = PARTS if part is None else (part,)
    lacking, table = _standing(person, tables, part)
    # Of every part: a day's room is shared by all that was trained in it.
    filled = filled_min(sessions, table) if table else {}
    sessions = sorted(
        (one for one in sessions if one.part in wanted), key=lambda s: (s.started_s, s.terminal, s.session)
    )
    parts = [_part(number, table, sessions, filled, recognised) for number in wanted]
    if table is not None:
        lacking += _short(table, parts, part)
    return {
        "format": FORMAT,
        "trainee": f"{trainee:016d}",
        "part": part,
        "as_of": _stamp(as_of_s),
        "vehicle_class": person.vehicle_class if person else None,
        "enrolled_on": person.enrolled_on.isoformat() if person and person.enrolled_on else None,
        "syllabus": None if table is None else {"version": table.version, "digest": table.digest},
        "eligible": not lacking,
        "missing": lacking,
        "parts": parts,
        "recognised": [vars(one) for one in recognised if one.part in wanted],
        "sessions": [_session(one) for one in sessions],
    }


def _standing(
    person: Person | None, tables: Iterable[Syllabus], part: int | None
) -> tuple[list[dict[str, Any]], Syllabus | None]:
    if person is None:
        return [missing(shortages.TRAINEE_UNKNOWN, part)], None
    lacking = []
    if person.state != APPROVED:
        lacking.append(missing(shortages.TRAINEE_STATE, part, found=STATE_NAMES[person.state]))
    if person.enrolled_on is None:
        return [*lacking, missing(shortages.ENROLMENT_UNKNOWN, part)], None
    table = in_force(tables, person.vehicle_class, person.enrolled_on)
    if table is None or (part is not None and table.part(part) is None):
        lacking.append(missing(shortages.SYLLABUS_UNKNOWN, part))
    return lacking, table


def _part(
    part: int,
    table: Syllabus | None,
    sessions: Sequence[Trained],
    filled: dict[tuple[int, int], int],
    recognised: Sequence[Recognised],
) -> dict[str, Any]:
    modes: dict[str, dict[str, int]] = {}
    for mode, word in MODES.items():
        own = [one for one in sessions if (one.part, one.mode) == (part, mode)]
        other = [one for one in recognised if (one.part, one.mode) == (part, mode)]
        if not own and not other:
            continue
        credited = sum(one.credited_min for one in own)
        modes[word] = {
            "minutes_recorded": sum(one.recorded_min for one in own),
            "minutes_credited": credited,
            "minutes_unsure": sum(one.unsure_min for one in own),
            "hours_recorded_here": 0
            if table is None
            else training_hours(filled.get((part, mode), 0), credited, table),
            "hours_recognised": sum(one.hours for one in other),
            "metres": sum(one.credited_m for one in own) + _METRES * sum(one.kilometres for one in other),
        }
    needs = table.part(part) if table else None
    return {
        "part": part,
        "hours_required": needs.hours if needs else None,
        "hours": sum(mode["hours_recorded_here"] + mode["hours_recognised"] for mode in modes.values()),
        "kilometres_required": needs.kilometres if needs else None,
        "kilometres": sum(mode["metres"] for mode in modes.values()) // _METRES,
        "by_mode": modes,
    }


def _short(table: Syllabus, parts: list[dict[str, Any]], part: int | None) -> list[dict[str, Any]]:
    lacking = []
    for one in parts:
        for kind, key in ((shortages.HOURS, "hours"), (shortages.KILOMETRES, "kilometres")):
            required = one[f"{key}_required"] or 0
            if one[key] < required:
                lacking.append(_lack(kind, one["part"], required, one[key]))
    if part is None:
        hours = sum(one["hours"] for one in parts)
        if hours < table.hours and not any(lack["number"] == shortages.HOURS.number for lack in lacking):
            lacking.append(_lack(shortages.HOURS, None, table.hours, hours))
        classroom = sum(_classroom(one) for one in parts if one["part"] in (1, 4))
        if classroom < table.classroom_hours:
            lacking.append(_lack(shortages.CLASSROOM, None, table.classroom_hours, classroom))
    return lacking


def _lack(kind: shortages.Shortage, part: int | None, required: int, found: int) -> dict[str, Any]:
    return missing(kind, part, required=required, found=found, short=required - found)


def _classroom(part: dict[str, Any]) -> int:
    mode = part["by_mode"].get("classroom", {})
    return int(mode.get("hours_recorded_here", 0) + mode.get("hours_recognised", 0))


def _session(one: Trained) -> dict[str, Any]:
    return {
        "terminal": f"{one.terminal:016d}",
        "session": one.session,
        "part": one.part,
        "mode": MODES.get(one.mode),
        "started_at": _stamp(one.started_s),
        "ended_at": None if one.ended_s is None else _stamp(one.ended_s),
        "minutes_recorded": one.recorded_min,
        "minutes_credited": one.credited_min,
        "minutes_unsure": one.unsure_min,
        "metres_credited": one.credited_m,
        "judged_under": one.judged_under,
        "minutes": [
            {"at": _stamp(minute * 60), "verdict": VERDICT_NAMES[verdict], "reasons": list(why), "wheel_m": m}
            | _decided(one.overruled.get(minute))
            for minute, verdict, why, m in one.minutes
        ],
    }


def _decided(one: Overruled | None) -> dict[str, Any]:
    """Who decided a minute otherwise than the machine, why, and what the machine had said; else nothing."""
    if one is None:
        return {}
    layer, cause = dict(zip(("en", "zh"), one.layer, strict=True)), {"en": one.english, "zh": one.chinese}
    return {
        "decided": {"layer": layer, "cause": one.cause, **cause},
        "machine": {"verdict": VERDICT_NAMES[one.verdict], "reasons": list(one.reasons)},
    }


def _stamp(utc_s: int) -> str:
    return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
