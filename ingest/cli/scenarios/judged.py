"""One made day through the pure path: sort, measure, judge. No database, no clock."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from geofence.engine import FenceSet
from geofence.ground import read_fences
from ingest.judge import facts
from ingest.judge.facts import Facts
from ingest.judge.judge import Judgement, judge
from ingest.judge.registry import school_of
from ingest.judge.rule_set import RuleSet
from ingest.measure.records import measure_blocks
from ingest.measure.sort import Sorter
from simulators.worlds.world import Day

_KINDS = {
    "terminals": "TerminalFact",
    "schools": "SchoolFact",
    "instructors": "InstructorFact",
    "trainees": "TraineeFact",
    "cars": "CarFact",
    "operators": "OperatorFact",
    "days": "DaysFact",
}
"""Registry entries of a made day, and the plain type of each."""


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
    return judge(sorter.evidence(measures), known, rules)


def facts_of(day: Day) -> Facts:
    """The day's registry as the judge takes it in."""
    tables: dict[str, Any] = {}
    for kind, name in _KINDS.items():
        made = getattr(facts, name, None)
        entries = day.registry.get(kind, [])
        if made is None:
            logging.getLogger(__name__).debug("the judge knows no %s yet", name)
            continue
        known = made.__dataclass_fields__
        tables[kind] = tuple(made(**{n: v for n, v in entry.items() if n in known}) for entry in entries)
    return Facts(**tables)
