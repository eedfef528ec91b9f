"""Is this trainee eligible? A trainee's number in, the stage report out, from what is stored."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from ingest.decisions.causes import BY_CODE
from ingest.decisions.kinds import LAYERS
from ingest.judge.outcome import UNSURE
from ingest.judge.reasons import BY_NUMBER
from ingest.judge.register.facts import STATE_NAMES
from ingest.measure.decode import decode_minutes
from ingest.stage import syllabus_file
from ingest.stage.report import stage_report
from ingest.stage.syllabus import Syllabus
from ingest.stage.trained import Overruled, Person, Recognised, Trained
from ingest.store import stage
from ingest.store.connection import Connection

_NAME = 1


def eligibility(conn: Connection, trainee: int, as_of_s: int, part: int | None = None) -> dict[str, Any]:
    """The stage report (ingest.stage.report) of a part or, without one, of the whole course.

    as_of_s: Unix second of the question; the trainee's registration in force then is asked.
    """
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = stage.trainee(conn, trainee, datetime.fromtimestamp(as_of_s, UTC))
        held = stage.sessions(conn, trainee)
        minutes = stage.minutes(conn, held)
        recognised = [Recognised(*entry) for entry in stage.recognised(conn, trainee)]
        tables = syllabuses(conn)
    person = None
    if row is not None:
        person = Person(trainee, row.vehicle_class, STATE_NAMES.index(row.state), row.enrolled_on)
    trained = _trained(held, minutes)
    return stage_report(trainee, person, tables, trained, recognised, as_of_s, part)


def syllabuses(conn: Connection) -> list[Syllabus]:
    """The tables shipped with the product, then those loaded, so that of two alike a loaded one holds."""
    tables = list(syllabus_file.shipped())
    for source, text in stage.syllabus_texts(conn):
        tables += syllabus_file.parse(text, source)
    return tables


def _trained(held: list[stage.SessionRow], minutes: list[stage.MinuteRow]) -> list[Trained]:
    by_session: dict[tuple[int, int], list[tuple[int, int, tuple[str, ...], int]]] = defaultdict(list)
    overruled: dict[tuple[int, int], dict[int, Overruled]] = defaultdict(dict)
    wheel_m = decode_minutes([row.record for row in minutes]).columns["wheel_m"].tolist() if minutes else []
    for row, metres in zip(minutes, wheel_m, strict=True):
        names = tuple(str(BY_NUMBER[reason][_NAME]) for reason in row.reasons)
        if row.layer and row.verdict != row.machine_verdict:
            overruled[row.terminal, row.session][row.minute] = _overruled(row, names)
            # The machine's reasons are none for what a person decided against it.
            names = ()
        by_session[row.terminal, row.session].append((row.minute, row.verdict, names, metres))
    return [
        Trained(
            terminal=one.terminal,
            session=one.session,
            part=one.part,
            mode=one.mode,
            started_s=int(one.started_at.timestamp()),
            ended_s=None if one.ended_at is None else int(one.ended_at.timestamp()),
            recorded_min=one.recorded,
            credited_min=one.credited,
            unsure_min=sum(row[1] == UNSURE for row in by_session[one.terminal, one.session]),
            judged_under=one.judged_under,
            minutes=tuple(by_session[one.terminal, one.session]),
            overruled=overruled[one.terminal, one.session],
        )
        for one in held
    ]


def _overruled(row: stage.MinuteRow, names: tuple[str, ...]) -> Overruled:
    cause = BY_CODE[row.cause]
    return Overruled(row.machine_verdict, names, LAYERS[row.layer], row.cause, cause.english, cause.chinese)
