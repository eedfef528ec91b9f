"""Plain evidence for the judge's tests: one honest training session, to be spoilt in one place at a time."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from ingest.judge.columns import Columns
from ingest.judge.evidence import (
    Diagnostics,
    Evidence,
    FaceChecks,
    LostRecords,
    Marks,
    MinuteMeasures,
    OtherRecords,
    Photos,
)
from ingest.judge.judge import Judgement, judge
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.register.facts import Facts, TerminalFact
from ingest.judge.rulebook.rule_set import RuleSet

TERMINAL, CAR, TRAINEE, INSTRUCTOR = 7, 700, 21, 11
COURSE = 1212360000
# 09:00 on 2026-03-02 in the school's time zone.
START = 29_540_220
RULES = RuleSet()

HONEST: dict[str, Any] = {
    "terminal": TERMINAL,
    "seq": 0,
    "session": 2,
    "trainee": TRAINEE,
    "instructor": INSTRUCTOR,
    "course": COURSE,
    "minute": START,
    "utc_s": START * 60 + 60,
    "clock": 3,
    "boot": 1,
    "uptime_s": 0,
    "odometer_m": 1000,
    "wheel_m": 150,
    "rpm_max": 1800,
    "ignition_s": 60,
    "counted_s": 60,
    "stops": 0,
    "fix_n": 60,
    "fix_estimated": 0,
    "fix_in": 60,
    "fix_out": 0,
    "fix_doubt": 0,
    "fence_in_force": True,
    "outside_m": 0.0,
    "out_s": 0,
    "doubt_s": 0,
    "cut_m": 0.0,
    "elsewhere": 0,
    "gnss_m": 150.0,
    "speed_m": 150.0,
    "covered_s": 60,
    "speed_max_kmh10": 150,
    "speed_sum": 5400,
    "still_s": 0,
    "slow_s": 0,
    "sats_min": 9,
    "sats_max": 14,
    "hdop_min": 4,
    "hdop_max": 6,
    "wander_m": 0.0,
    "jump_kmh": 12.0,
    "first_lat_e7": 310_000_000,
    "first_lon_e7": 1_210_000_000,
    "last_lat_e7": 310_000_000,
    "last_lon_e7": 1_210_000_000,
}


class Day:
    """Collects evidence record by record; every record takes the next sequence number of its terminal."""

    def __init__(self) -> None:
        self.minutes: list[dict[str, Any]] = []
        self.checks: list[dict[str, Any]] = []
        self.marks: list[dict[str, Any]] = []
        self.others: list[dict[str, Any]] = []
        self.lost: list[dict[str, Any]] = []
        self.photos: list[dict[str, Any]] = []
        self.diagnostics: list[dict[str, Any]] = []
        self._seq: dict[int, int] = {}

    def seq(self, terminal: int) -> int:
        self._seq[terminal] = self._seq.get(terminal, 0) + 1
        return self._seq[terminal]

    def check(self, minute: float, role: int, person: int, terminal: int = TERMINAL, **changes: Any) -> None:
        """A match at that minute unless changes say otherwise."""
        row = {
            "terminal": terminal,
            "seq": self.seq(terminal),
            "session": 0,
            "role": role,
            "moment": 2,
            "expected": person,
            "matched": person,
            "outcome": 0,
            "utc_s": int(minute * 60),
            "photo": 1 + len(self.checks),
            "score": 90,
        }
        self.checks.append({**row, **changes})

    def sign_in(self, minute: int, terminal: int = TERMINAL, **who: int) -> int:
        """Both faces seen, then the trainee's sign-in, late_s into the minute; the session's number."""
        trainee, instructor = who.get("trainee", TRAINEE), who.get("instructor", INSTRUCTOR)
        self.check(minute, 1, instructor, terminal, moment=1, expected=0)
        self.check(minute, 2, trainee, terminal, moment=1, expected=0)
        seq = self.seq(terminal)
        self.marks.append(
            {
                "terminal": terminal,
                "seq": seq,
                "session": seq,
                "sign_in": True,
                "role": 2,
                "person": trainee,
                "instructor": instructor,
                "course": who.get("course", COURSE),
                "utc_s": minute * 60 + who.get("late_s", 0),
                "how": 0,
            }
        )
        return seq

    def minute(self, minute: int, session: int, terminal: int = TERMINAL, **changes: Any) -> None:
        row = {"terminal": terminal, "seq": self.seq(terminal), "session": session, "minute": minute}
        row["utc_s"] = minute * 60 + 60
        seconds = {"out_s": changes.get("fix_out", 0), "doubt_s": changes.get("fix_doubt", 0)}
        self.minutes.append({**HONEST, **row, **seconds, **changes})

    def session(
        self, minutes: int = 10, start: int = START, terminal: int = TERMINAL, every: int = 15, **who: Any
    ) -> int:
        """An honest session with periodic checks of both; who: trainee, instructor, course, measures."""
        number = self.sign_in(start, terminal, **who)
        trainee, instructor = who.get("trainee", TRAINEE), who.get("instructor", INSTRUCTOR)
        for at in range(start, start + minutes):
            if at > start and (at - start) % every == 0:
                self.check(at, 2, trainee, terminal, session=number)
                self.check(at, 1, instructor, terminal, session=number)
            self.minute(at, number, terminal, **who)
        self.sign_out(number, start + minutes, terminal, trainee)
        return number

    def sign_out(
        self, session: int, minute: int, terminal: int = TERMINAL, trainee: int = TRAINEE, how: int = 2
    ) -> None:
        """With the instructor, unless how says otherwise: without a photo of its own."""
        row = {"terminal": terminal, "seq": self.seq(terminal), "session": session, "sign_in": False}
        bare = {"role": 2, "person": trainee, "instructor": 0, "course": 0, "utc_s": minute * 60, "how": how}
        self.marks.append({**row, **bare})

    def photo(self, minute: float, session: int, terminal: int = TERMINAL) -> None:
        """A photo without a check."""
        row = {"terminal": terminal, "seq": self.seq(terminal), "session": session, "role": 2, "moment": 2}
        self.others.append({"terminal": terminal, "seq": row["seq"]})
        self.photos.append({**row, "photo": 1000 + len(self.photos), "utc_s": int(minute * 60)})

    def diagnostic(self, code: int, state: int, terminal: int = TERMINAL) -> None:
        """The terminal says that a fault has come or gone."""
        row = {"terminal": terminal, "seq": self.seq(terminal), "code": code, "state": state}
        self.others.append({"terminal": terminal, "seq": row["seq"]})
        self.diagnostics.append({**row, "value": 0, "utc_s": 0})

    def never(self, rows: list[dict[str, Any]], at: int = -1) -> dict[str, Any]:
        """Another record was made in the place of rows[at]: one that says nothing about any minute."""
        row = rows.pop(at)
        other = {"terminal": row["terminal"], "seq": row["seq"]}
        self.others += [] if other in self.others else [other]
        return row

    def tell_lost(self, seq: int, terminal: int = TERMINAL) -> None:
        """The terminal's next record says that it cannot read seq any more."""
        self.others.append({"terminal": terminal, "seq": self.seq(terminal)})
        self.lost.append({"terminal": terminal, "seq": seq})

    def evidence(self) -> Evidence:
        return Evidence(
            table(MinuteMeasures, self.minutes),
            table(FaceChecks, self.checks),
            table(Marks, self.marks),
            table(OtherRecords, self.others),
            lost=table(LostRecords, self.lost),
            photos=table(Photos, self.photos),
            diagnostics=table(Diagnostics, self.diagnostics),
        )


def table(kind: Any, rows: list[dict[str, Any]]) -> Any:
    return kind.of_rows([[row[field.name] for field in fields(kind)] for row in rows])


def facts(*terminals: int) -> Facts:
    """Each terminal in a car of its own (number times 100), from 1970 on."""
    return Facts(tuple(TerminalFact(number, number * 100, 0) for number in terminals or (TERMINAL,)))


def judged(day: Day, known: Facts | None = None, rules: RuleSet = RULES) -> Judgement:
    terminals = {row["terminal"] for row in (*day.minutes, *day.marks)}
    return judge(day.evidence(), known or facts(*sorted(terminals)), rules)


def verdicts(judgement: Judgement) -> list[str]:
    """The verdicts' names in the judgement's order."""
    return [VERDICT_NAMES[value] for value in judgement.verdict.tolist()]


def minutes_with(judgement: Judgement, reason: int, start: int = START) -> list[int]:
    """Minutes (counted from start) for which the rule had something to say, all sessions together."""
    finding = dict(judgement.findings)[reason]
    return (judgement.case.minutes.minute[finding.any] - start).tolist()


def shuffled(part: Columns, order: np.random.Generator, repeats: int) -> Any:
    """The same rows in another order, some of them more than once."""
    again = order.integers(0, max(len(part), 1), repeats if len(part) else 0)
    return part.take(order.permutation(np.concatenate([np.arange(len(part)), again])))


def mixed(evidence: Evidence, seed: int, repeats: int) -> Evidence:
    """The same evidence as it might have arrived on another day."""
    order = np.random.default_rng(seed)
    parts = {name: shuffled(part, order, repeats) for name, part in vars(evidence).items()}
    return replace(evidence, **parts)
