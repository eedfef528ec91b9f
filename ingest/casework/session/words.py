"""Minutes, flags and suspicions of a session in words, as plain JSON-ready rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.casework.session import events as session_events
from ingest.casework.session.suspicion_words import evidence_told
from ingest.explain.explained import Limits, Said, said
from ingest.explain.number_values import clock_text
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.reasons import BY_NUMBER
from ingest.store.desk.session.view import FlagRow, MinuteRow, SuspicionRow

Plain = dict[str, Any]


def minutes_told(minutes: Sequence[MinuteRow], limits: Limits) -> tuple[list[Plain], dict[str, Plain]]:
    """The minutes, and once for each reason what it is and which thresholds it reads."""
    reasons: dict[str, Plain] = {}
    told = []
    for one in minutes:
        why = [
            said(reason, one.numbers.get(BY_NUMBER[reason][1]) if reason in BY_NUMBER else None, limits)
            for reason in one.reasons
        ]
        for each in why:
            reasons.setdefault(each.name, _reason_told(each))
        told.append(
            {
                "minute": one.minute,
                "seq": one.seq,
                "time": clock_text(one.minute * 60, limits.utc_offset_min, "%H:%M"),
                "verdict": VERDICT_NAMES[one.verdict],
                "machine": VERDICT_NAMES[one.machine],
                "decision": one.decision,
                "why": [_why_told(each) for each in why],
                "counted_s": one.counted_s,
                "stops": session_events.stops_told(one.stops),
            }
        )
    return told, reasons


def _why_told(one: Said) -> Plain:
    terminal, session = (int(one.numbers.get(name, 0)) for name in ("other_terminal", "other_session"))
    return {"name": one.name, "en": one.english, "zh": one.chinese, "other": _other(terminal, session)}


def _reason_told(one: Said) -> Plain:
    _, name, _, english, chinese = BY_NUMBER.get(one.reason, (0, one.name, "", one.name, one.name))
    return {
        "number": one.reason,
        "effect": one.effect,
        "en": english,
        "zh": chinese,
        "limits": [
            {"name": name, "value": value, "unit": unit, "en": english, "zh": chinese}
            for name, value, unit, english, chinese in one.limits
        ],
    }


def flags_told(rows: Sequence[FlagRow], offset_min: int) -> list[Plain]:
    """Flags with their reason's sentence and when."""
    found = []
    for one in rows:
        _, name, _, english, chinese = BY_NUMBER.get(one.reason, (0, f"REASON_{one.reason}", "", "", ""))
        found.append(
            {
                "name": name,
                "en": english,
                "zh": chinese,
                "records": one.records,
                "from": None
                if one.first_minute is None
                else clock_text(one.first_minute * 60, offset_min, "%H:%M"),
                "to": None
                if one.last_minute is None
                else clock_text(one.last_minute * 60, offset_min, "%H:%M"),
                "other": _other(one.other_terminal, one.other_session),
            }
        )
    return found


def suspicions_told(rows: Sequence[SuspicionRow], offset_min: int) -> list[Plain]:
    """Suspicions with the numbers behind them in words."""
    found = []
    for one in rows:
        _, name, _, english, chinese = BY_NUMBER.get(one.kind, (0, f"REASON_{one.kind}", "", "", ""))
        numbers = evidence_told(one.numbers)
        if one.within:
            numbers = (f"{numbers[0]}, within this session", f"{numbers[1]}，均在本次培训内")
        found.append(
            {
                "name": name,
                "en": english,
                "zh": chinese,
                "score": one.score,
                "evidence": {"en": numbers[0], "zh": numbers[1]},
                "numbers": dict(one.numbers),
                "first_minute": one.first_minute,
                "last_minute": one.last_minute,
                "from": clock_text(one.first_minute * 60, offset_min, "%H:%M"),
                "to": clock_text(one.last_minute * 60, offset_min, "%H:%M"),
                "other": None if one.within else _other(one.other_terminal, one.other_session),
                "of_other": one.as_other,
            }
        )
    return found


def _other(terminal: int, session: int) -> Plain | None:
    return {"terminal": f"{terminal:016d}", "session": session} if terminal else None
