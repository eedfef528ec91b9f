"""The demo's result: what was recorded, judged and credited, beside what the simulator knows to be right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from firmware.wire import topics
from ingest.judge.credit import training_hours_of
from ingest.judge.reasons import BY_NUMBER
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.run import Judged
from ingest.store import answers, conservation, outcomes
from ingest.store.answers import SessionRow
from ingest.store.connection import Connection
from simulators.day_model import DayPlan, SessionPlan

# The trainee's sign-in is recorded some seconds after the key; no two sessions of a terminal are this near.
SAME_START_S = 240


@dataclass(frozen=True)
class SessionReport:
    """One training session of the day; 16-digit numbers as text. expected_accepted None: nobody knows."""

    session: str
    terminal: str
    trainee: str
    instructor: str
    part: int
    minutes_recorded: int
    minutes_accepted: int
    minutes_refused: int
    minutes_unsure: int
    credited_minutes: int
    reasons: dict[str, int]
    expected_accepted: int | None


@dataclass(frozen=True)
class Totals:
    """written, receipted, stored, judged: records of the honest terminals; the others over everything."""

    records_written: int
    receipted: int
    stored: int
    judged: int
    received: int
    stored_of_all: int
    duplicates: int
    quarantined: int
    fixes: int

    @property
    def at_rest(self) -> bool:
        """Whether nothing of the honest terminals is under way or lost."""
        return self.records_written == self.receipted == self.stored == self.judged

    @property
    def balanced(self) -> bool:
        """Whether everything that was received is accounted for."""
        return self.received == self.stored_of_all + self.duplicates + self.quarantined


@dataclass(frozen=True)
class Report:
    """Everything the demo has to say. hours: trainee's number -> training hours by the policy."""

    seed: int
    wall_s: float
    sessions: tuple[SessionReport, ...]
    totals: Totals
    hours: dict[str, int]

    def write(self, path: Path) -> None:
        """report.json, whole or not at all."""
        document = {
            "seed": self.seed,
            "wall_s": round(self.wall_s, 1),
            "sessions": [asdict(session) for session in self.sessions],
            "totals": asdict(self.totals),
        }
        new = path.with_suffix(".new")
        new.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        new.replace(path)


def sessions_of(conn: Connection, plan: DayPlan, expected: Mapping[str, int]) -> tuple[SessionReport, ...]:
    """The scenario's sessions with what the database holds of each."""
    stored = answers.sessions(conn)
    kept_aside = answers.quarantined(conn)
    return tuple(
        _session(plan, session, stored, kept_aside, expected.get(session.name)) for session in plan.sessions
    )


def _session(
    plan: DayPlan,
    session: SessionPlan,
    stored: list[SessionRow],
    kept_aside: dict[tuple[str, int], int],
    expected: int | None,
) -> SessionReport:
    row = next((row for row in stored if _is_same(row, session)), None)
    reasons = dict(row.reasons) if row else {}
    if row is None and not next(t for t in plan.terminals if t.number == session.terminal).honest:
        for (topic, reason), count in kept_aside.items():
            if topic == topics.up(session.terminal):
                reasons[BY_NUMBER[reason][1]] = count
    return SessionReport(
        session.name,
        topics.number_text(session.terminal),
        topics.number_text(session.trainee),
        topics.number_text(session.instructor),
        session.part,
        row.recorded if row else 0,
        row.accepted if row else 0,
        row.refused if row else 0,
        row.unsure if row else 0,
        row.credited if row else 0,
        reasons,
        expected,
    )


def _is_same(row: SessionRow, session: SessionPlan) -> bool:
    same_people = (row.terminal, row.trainee, row.instructor) == (
        session.terminal,
        session.trainee,
        session.instructor,
    )
    return same_people and abs(row.started_s - session.start_s) < SAME_START_S


def hours_of(conn: Connection) -> dict[str, int]:
    """Training hours by trainee, over all parts."""
    hours: dict[str, int] = {}
    for (number, _part), count in training_hours_of(outcomes.session_verdicts(conn), RuleSet()).items():
        trainee = topics.number_text(number)
        hours[trainee] = hours.get(trainee, 0) + count
    return hours


def totals_of(
    conn: Connection, plan: DayPlan, written: Mapping[int, int], receipted: Mapping[int, int], judged: Judged
) -> Totals:
    """The two lines of conservation. written, receipted: by terminal, from the terminals' own journals."""
    honest = [terminal.number for terminal in plan.terminals if terminal.honest]
    by_terminal = answers.stored_by_terminal(conn)
    counts = conservation.read(conn)
    # Whatever the judge did not take in is missing from the honest terminals' share.
    judged_honest = sum(by_terminal.get(number, 0) for number in honest) - (judged.stored - judged.judged)
    return Totals(
        sum(written[number] for number in honest),
        sum(receipted[number] for number in honest),
        sum(by_terminal.get(number, 0) for number in honest),
        judged_honest,
        counts.received,
        sum(by_terminal.values()),
        counts.duplicates,
        counts.quarantined,
        answers.fixes(conn),
    )
