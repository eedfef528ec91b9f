"""What the queue may be filtered by, as one WHERE clause."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.queue.search import search, words_of

LEASED = 1
_REASON = 32_767


class Filters(NamedTuple):
    """None or an empty text: any. only: a school that is all the asker may see, 0 for no bound.

    state: of ingest.decisions.states; new, decided and appealed leave out what is leased. owner: who holds
    the lease or decided last. search: words, each of which has to be found (queue.search). day_from, day_to:
    of local_day, inclusive. needs_human: False lists every session.
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
    # The spaces between words may be any, also a Chinese keyboard's.
    texts = "".join(words_of(filters.search)) + (filters.ground or "")
    if not texts.isprintable() or not 0 <= (filters.reason or 0) <= _REASON:
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
        terms.append(search(conn, filters.search, values))
    return Where(" AND ".join(terms), values)


def _state(state: int) -> str:
    if state == LEASED:
        return "q.owner IS NOT NULL AND q.lease_until > clock_timestamp() AND q.state <> 4"
    free = "(q.lease_until IS NULL OR q.lease_until <= clock_timestamp() OR q.state = 4)"
    return f"q.state = %(state)s AND {free}"
