"""Sessions that cross from one rule set into another: each minute by the one in force at it."""

from __future__ import annotations

import pytest

from ingest.judge.rulebook.layers import Layer, Scope
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judging.run import judge_all
from ingest.store.connection import Connection
from ingest.store.evidence import append
from tests.ingest.judging.journal import COURSE, SCHOOL, START, Journal, conn
from tests.ingest.judging.test_run import ledger
from tests.ingest.judging.test_staged import check

__all__ = ["conn"]
NOON = START + 5
CAP = Layer("cap", thresholds={"day_cap_practice_min": 12})


def holed(terminal: int, trainee: int, start: int = START) -> Journal:
    """A session of ten minutes with nine records: all of them unsure, for a record is missing."""
    journal = Journal(terminal, trainee).session(10, start)
    journal.rows.pop(6)
    return journal


@pytest.mark.parametrize(
    ("lenient", "minutes"),
    [
        (Layer("from noon", valid_from_s=NOON * 60, thresholds={"unsure_counts": 1}), 5),
        (Layer("until noon", valid_to_s=NOON * 60, thresholds={"unsure_counts": 1}), 4),
        (Layer("school", Scope(school=SCHOOL), thresholds={"unsure_counts": 1}), 9),
        (Layer("other school", Scope(school=SCHOOL + 1), thresholds={"unsure_counts": 1}), 0),
        (Layer("part", Scope(part=COURSE // 1_000_000 % 10), thresholds={"unsure_counts": 1}), 9),
        (Layer("other part", Scope(part=3), thresholds={"unsure_counts": 1}), 0),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_unsure_minutes_count_by_the_rule_set_of_each(conn: Connection, lenient: Layer, minutes: int) -> None:
    append(conn, holed(7, 21).rows)
    book = Rulebook([lenient])
    judge_all(conn, book)
    check(conn, book)
    assert ledger(conn) == ([(7, 4, 21, 2, minutes)] if minutes else [])


def test_what_shared_rules_take_is_taken_by_the_rule_set_of_each_minute(conn: Connection) -> None:
    """One instructor in two cars and a trainee's daily cap, across the noon of another rule set."""
    lenient = Layer(
        "noon", valid_from_s=NOON * 60, thresholds={"unsure_counts": 1, "day_cap_practice_min": 8}
    )
    book = Rulebook([CAP, lenient])
    append(conn, [*holed(7, 21).rows, *holed(8, 21, START + 7).rows])
    judge_all(conn, book)
    check(conn, book)
    first = ledger(conn)
    assert first
    append(conn, [row for row in Journal(7, 21).session(10).rows if row.seq == 7])
    judge_all(conn, book)
    check(conn, book)
    assert ledger(conn)[: len(first)] == first
