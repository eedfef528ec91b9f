"""One made day through the pure path: sort, measure, screen, judge. No database, no clock."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from firmware.wire import fields
from geofence.engine import FenceSet
from geofence.ground import read_fences
from ingest.judge.evidence import Evidence
from ingest.judge.judge import Judgement, judge
from ingest.judge.register import facts
from ingest.judge.register.facts import Facts
from ingest.judge.register.registry import school_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.suspicions import Suspicions
from ingest.measure.decode import decode_minutes
from ingest.measure.records import measure_blocks
from ingest.measure.sort import MINUTES, Sorter
from ingest.screening.inserted import RecordHeads
from ingest.screening.whole import Records, screened
from simulators.worlds.book import Row
from simulators.worlds.world import Day

_NAMES = [name for name, *_ in fields.HEADER]
_KINDS = {
    "terminals": facts.TerminalFact,
    "schools": facts.SchoolFact,
    "instructors": facts.InstructorFact,
    "trainees": facts.TraineeFact,
    "cars": facts.CarFact,
    "days": facts.DaysFact,
}
"""Registry entries of a made day, and the plain type of each."""


_BOOT_AT = sum(fields.SIZES[kind] for _, kind, *_ in fields.HEADER[: _NAMES.index("boot")])


def judged(day: Day) -> Judgement:
    """The judgement of everything that the day's terminals recorded."""
    rules = RuleSet(utc_offset_min=day.utc_offset_min)
    known = facts_of(day)
    fences = FenceSet(fence for one in day.fences for fence in read_fences(one, "scenario"))
    keys: dict[int, list[str]] = {}
    for fact in known.terminals:
        if fact.public_key and fact.public_key not in keys.setdefault(fact.terminal, []):
            keys[fact.terminal].append(fact.public_key)
    sorter = Sorter(keys)
    rows = sorted(day.rows, key=lambda row: (row.terminal, row.seq))
    schools = partial(school_of, known)
    measures = list(measure_blocks(sorter.minute_blocks([rows]), fences, rules, schools))
    evidence = sorter.evidence(measures)
    return judge(replace(evidence, suspicions=_suspicions(rows, evidence, known)), known, rules)


def _suspicions(rows: list[Row], evidence: Evidence, known: Facts) -> Suspicions:
    """What the screening makes of the whole day."""
    minutes = decode_minutes([row.record for row in rows if row.kind in MINUTES])
    heads = RecordHeads.of_rows([(row.terminal, row.seq, row.kind, _boot(row.record)) for row in rows])
    schools = {fact.terminal: fact.school for fact in known.terminals}
    beside = Records(evidence.checks, evidence.signatures, heads, schools, fields.BOOT)
    return screened(minutes, beside).suspicions


def _boot(record: bytes) -> int:
    return int.from_bytes(record[_BOOT_AT : _BOOT_AT + fields.SIZES["u32"]], "big")


def facts_of(day: Day) -> Facts:
    """The day's registry as the judge takes it in."""
    tables: dict[str, Any] = {
        kind: tuple(made(**entry) for entry in day.registry.get(kind, [])) for kind, made in _KINDS.items()
    }
    return Facts(**tables)
