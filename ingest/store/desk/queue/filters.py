"""What the queue may be filtered by, as one WHERE clause."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, NamedTuple

from ingest.store.connection import Connection

SCHOOL, INSTRUCTOR, TRAINEE, CAR, TERMINAL = range(1, 6)
"""Kinds of queue_name."""
COLUMNS = {SCHOOL: "school", INSTRUCTOR: "instructor", TRAINEE: "trainee", CAR: "car", TERMINAL: "terminal"}
LEASED = 1
FEW = 2000
"""Up to so many people and things that a search finds are asked for by number, more by a look-up each."""
_REASON = 32_767
_KEY = re.compile(r"\s*(\d{1,16})\s*/\s*(\d{1,18})\s*")


class Filters(NamedTuple):
    """None or an empty text: any. only: a school that is all the asker may see, 0 for no bound.

    state: of ingest.decisions.states; new, decided and appealed leave out what is leased. owner: who holds
    the lease or decided last. search: part of a number,
    of a name or of a ground's, or terminal/session. local_day: inclusive.
    needs_human: False lists every session.
    """

    needs_human: bool = True
    only: int = 0
    school: int | None = None
    ground: str | None = None
    instructor: int | None = None
    trainee: int | None = None
    reason: int | None = None
    day_from: date | None = None
    day_to: date | None = None
    score_min: int | None = None
    state: int | None = None
    owner: int | None = None
    search: str = ""


class Where(NamedTuple):
    """A condition on queue_entry q and its values."""

    text: str
    values: dict[str, Any]


def where(conn: Connection, filters: Filters) -> Where:
    """The condition; a search first finds whom and what it names, with one query."""
    if (
        not (filters.search + (filters.ground or "")).isprintable()
        or not 0 <= (filters.reason or 0) <= _REASON
    ):
        return Where("false", {})
    terms, values = ["q.needs_human"] if filters.needs_human else ["true"], dict[str, Any]()
    for name, column, sign in (
        ("school", "school", "="),
        ("ground", "ground", "="),
        ("instructor", "instructor", "="),
        ("trainee", "trainee", "="),
        ("day_from", "local_day", ">="),
        ("day_to", "local_day", "<="),
    ):
        if getattr(filters, name) is not None:
            terms.append(f"q.{column} {sign} %({name})s")
            values[name] = getattr(filters, name)
    if filters.only:
        terms.append("q.school = %(only)s")
        values["only"] = filters.only
    if filters.score_min is not None:
        # By rank, which the index is in.
        terms.append("q.rank <= %(most_rank)s")
        values["most_rank"] = -filters.score_min
    if filters.reason is not None:
        terms.append("q.reasons @> ARRAY[%(reason)s::smallint]")
        values["reason"] = filters.reason
    if filters.owner is not None:
        terms.append(
            "(q.decided_by = %(owner)s OR (q.owner = %(owner)s AND q.lease_until > clock_timestamp()))"
        )
        values["owner"] = filters.owner
    if filters.state is not None:
        terms.append(_state(filters.state))
        if filters.state != LEASED:
            values["state"] = filters.state
    if filters.search.strip():
        terms.append(_search(conn, filters.search.strip(), values))
    return Where(" AND ".join(terms), values)


def _state(state: int) -> str:
    if state == LEASED:
        return "q.owner IS NOT NULL AND q.lease_until > clock_timestamp() AND q.state <> 4"
    free = "(q.lease_until IS NULL OR q.lease_until <= clock_timestamp() OR q.state = 4)"
    return f"q.state = %(state)s AND {free}"


def _search(conn: Connection, text: str, values: dict[str, Any]) -> str:
    both = _KEY.fullmatch(text)
    if both:
        values["of"], values["session"] = int(both[1]), int(both[2])
        return "q.terminal = %(of)s AND q.session = %(session)s"
    # A Chinese keyboard writes Latin letters and digits full-width.
    plain = unicodedata.normalize("NFKC", text).lower()
    values["found"] = "%" + re.sub(r"([\\%_])", r"\\\1", plain) + "%"
    grounds = _grounds(conn, values)
    named = conn.execute(
        "SELECT kind, number FROM queue_name WHERE found LIKE %(found)s LIMIT %(most)s",
        {"found": values["found"], "most": FEW + 1},
    ).fetchall()
    if not named and not grounds:
        return "false"
    if len(named) <= FEW:
        terms = grounds
        for kind in sorted({kind for kind, _ in named}):
            values[f"named_{kind}"] = [number for of, number in named if of == kind]
            terms.append(f"q.{COLUMNS[kind]} = ANY (%(named_{kind})s::bigint[])")
    else:
        terms = grounds + [
            f"q.{column} IN (SELECT number FROM queue_name WHERE kind = {kind} AND found LIKE %(found)s)"
            for kind, column in COLUMNS.items()
        ]
    return f"({' OR '.join(terms)})"


def _grounds(conn: Connection, values: dict[str, Any]) -> list[str]:
    """The term for grounds whose name has the text in it, none where no ground has."""
    found = conn.execute(
        "SELECT DISTINCT key FROM statistic WHERE dimension = 2 AND grain = 1"
        " AND lower(key) LIKE %(found)s LIMIT %(most)s",
        {"found": values["found"], "most": FEW},
    ).fetchall()
    if not found:
        return []
    values["named_grounds"] = [key for (key,) in found]
    return ["q.ground = ANY (%(named_grounds)s::text[])"]
