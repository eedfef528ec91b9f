"""What the report says minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.explain.explained import Limits, said
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.reasons import BY_NUMBER
from ingest.pack.documents import Documents
from ingest.pack.section import Section, local, offset_of, zone
from ingest.pack.sentences_people import LEGEND

_CHINESE = ("有效", "无效", "待定")
_LETTERS = ("A", "R", "U")
_NAME = 1


def minutes(documents: Documents, inside: Mapping[int, str]) -> Section:
    """Every minute: when, where it began (ids of fences by record), what the machine said, what holds and
    why."""
    offset_min = offset_of(documents)
    decided = {row["minute"]: row for row in documents.decisions["decided"]}
    limits, begun = _limits(documents), _day(documents.verdicts["outcome"]["start_s"], offset_min)
    rows = [
        [
            "时间\nat",
            "记录\nrecord",
            "判定\nverdict",
            "最终\nin the end",
            "起点所在围栏\nbegan in fence",
            "原因与数值\nreasons and numbers",
        ]
    ]
    for one in documents.verdicts["minutes"]:
        row = decided.get(one["minute"])
        final = (
            _verdict(one["verdict"])
            if row is None
            else f"{_verdict(row['verdict'])}\n决定 no. {row['decision']}"
        )
        at_s = one["minute"] * 60
        at = local(at_s, offset_min, "%H:%M")
        if _day(at_s, offset_min) != begun:
            at = local(at_s, offset_min, "%m-%d\n%H:%M")
        where = inside.get(one["seq"], "-")
        rows.append([at, str(one["seq"]), _verdict(one["verdict"]), final, where, _why(one, limits)])
    title = f"逐分钟 Minute by minute ({begun} {zone(offset_min)})"
    return Section(title, [LEGEND], rows, (1.2, 1.2, 2.7, 2.7, 2.4, 10.4))


def _limits(documents: Documents) -> Limits:
    """Thresholds that all rule sets in force at its minutes have in common: what differs within a session is
    not said to be the limit of any minute."""
    first, *others = [one["thresholds"] for one in documents.rules["in_force"]]
    same = {name: value for name, value in first.items() if all(one[name] == value for one in others)}
    return Limits(same, {}, offset_of(documents))


def _day(utc_s: int, offset_min: int) -> str:
    return local(utc_s, offset_min, "%Y-%m-%d")


def _verdict(value: int) -> str:
    return f"{_LETTERS[value]} {_CHINESE[value]} {VERDICT_NAMES[value]}"


def _why(minute: dict[str, Any], limits: Limits) -> str:
    """Every reason as a sentence in both languages, with its numbers and what they were held to."""
    parts = []
    for reason in minute["reasons"]:
        one = said(reason, minute["numbers"].get(str(BY_NUMBER[reason][_NAME])), limits)
        parts.append(f"{reason} {one.chinese}\n{one.english}")
    return "\n".join(parts) or "-"
