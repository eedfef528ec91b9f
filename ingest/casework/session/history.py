"""What people decided on a session and said of it, oldest first, as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ingest.casework.session.read import moment
from ingest.decisions.causes import BY_CODE
from ingest.explain.number_values import clock_text
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals, decisions
from ingest.store.desk.deciding.decisions import DecisionRow

LAYERS = ("automatic", "school", "inspector", "supervision")


def history(
    conn: Connection, terminal: int, session: int, offset_min: int
) -> dict[str, list[dict[str, Any]]]:
    """{"decisions", "appeals"}; an undone decision stays and says by which one it was undone."""
    rows = decisions.of_sessions(conn, [(terminal, session)]).get((terminal, session), [])
    undone = {row.undoes: row.id for row in rows if row.undoes}
    return {
        "decisions": [_decision_told(row, undone.get(row.id), offset_min) for row in rows],
        "appeals": _appeals_told(conn, terminal, session, offset_min),
    }


def _appeals_told(conn: Connection, terminal: int, session: int, offset_min: int) -> list[dict[str, Any]]:
    found = appeals.of_session(conn, (terminal, session))
    threads: dict[int, list[dict[str, Any]]] = {one.id: [] for one in found}
    for said in appeals.thread(conn, list(threads)):
        row = {"at": _moment(said.at, offset_min), "name": said.name, "role": said.role, "words": said.words}
        threads[said.appeal].append(row)
    return [
        {
            "id": one.id,
            "open": one.closed_at is None,
            "opened": _moment(one.opened_at, offset_min),
            "name": one.name,
            "decision": one.decision or None,
            "thread": threads[one.id],
        }
        for one in found
    ]


def _decision_told(row: DecisionRow, undone_by: int | None, offset_min: int) -> dict[str, Any]:
    cause = BY_CODE.get(row.cause)
    return {
        "id": row.id,
        "at": _moment(row.at, offset_min),
        "layer": LAYERS[row.layer],
        "kind": row.kind,
        "name": row.name,
        "account": row.account,
        "minutes": len(row.accepts) + len(row.refuses),
        "stretches": [
            {
                "first_minute": first,
                "last_minute": last,
                "from": clock_text(first * 60, offset_min, "%H:%M"),
                "to": clock_text(last * 60, offset_min, "%H:%M"),
            }
            for first, last in _stretches(sorted({*row.accepts, *row.refuses}))
        ],
        "cause": row.cause,
        "en": cause.english if cause else row.cause,
        "zh": cause.chinese if cause else row.cause,
        "words": row.words,
        "undoes": row.undoes or None,
        "undone_by": undone_by,
        "proposed_by": row.proposer or None,
        "bulk": None if row.bulk is None else str(row.bulk),
    }


def _stretches(minutes: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending minutes as (first, last) of those that follow one another."""
    found: list[tuple[int, int]] = []
    for minute in minutes:
        if found and found[-1][1] == minute - 1:
            found[-1] = (found[-1][0], minute)
        else:
            found.append((minute, minute))
    return found


def _moment(at: datetime, offset_min: int) -> dict[str, Any]:
    return moment(int(at.timestamp()), offset_min)
