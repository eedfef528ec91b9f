"""Prints and suspicions in the database: found again by one look, made exactly what is told."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ingest.judge.suspicions import PHOTO_REUSED, TRACE_REPLAYED, Suspicions
from ingest.store import face_prints, suspicions, trace_prints
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


def columns(*rows: tuple[int, int, int, int]) -> tuple[np.ndarray, ...]:  # type: ignore[type-arg]
    return tuple(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))


def test_prints_are_found_and_replaced(conn: Connection) -> None:
    old = [(11, 1, 3, 1000), (12, 1, 3, 1020), (11, 2, 5, 9000), (13, 1, 3, 1040)]
    assert trace_prints.replace(conn, [(1, 3), (2, 5)], old) == 4
    asked = columns((11, 3, 7, 5000), (14, 3, 7, 5040))
    found = trace_prints.hits(conn, asked)  # type: ignore[arg-type]
    assert found == [(3, 7, 5000, 1, 3, 1000), (3, 7, 5000, 2, 5, 9000)]
    # A session meets itself only at another time.
    near = columns((12, 1, 3, 1010), (12, 1, 3, 2000))
    assert trace_prints.hits(conn, near) == [(1, 3, 2000, 1, 3, 1020)]  # type: ignore[arg-type]
    trace_prints.replace(conn, [(1, 3)], [(12, 1, 3, 1021)])
    assert trace_prints.count(conn) == 2
    assert trace_prints.hits(conn, asked) == [(3, 7, 5000, 2, 5, 9000)]  # type: ignore[arg-type]


def test_of_a_common_print_the_earliest_are_found(conn: Connection) -> None:
    trace_prints.replace(conn, [(1, 3)], [(11, 1, session, 1000 + session) for session in range(7, 2, -1)])
    asked = columns((11, 3, 7, 5000))
    found = trace_prints.hits(conn, asked, common=2)  # type: ignore[arg-type]
    assert [row.other_utc_s for row in found] == [1003, 1004]


def test_the_index_is_used(conn: Connection) -> None:
    rows = ((at * 7919, 1 + at % 50, 3, at) for at in range(20_000))
    trace_prints.replace(conn, [], rows)
    conn.execute("ANALYZE trace_print")
    plan = conn.execute("EXPLAIN SELECT terminal, session, utc_s FROM trace_print WHERE print = 7919")
    assert "trace_print_print" in " ".join(row[0] for row in plan)


def test_face_prints_are_kept_once(conn: Connection) -> None:
    rows = [(1, 5, 3, 2, 100, 77, 90), (2, 6, 4, 1, 200, 0, 255)]
    assert face_prints.keep(conn, rows) == 2
    assert face_prints.keep(conn, [*rows, (2, 9, 4, 2, 300, 77, 91)]) == 1
    assert [one.seq for one in face_prints.with_photos(conn, [77, 0])] == [5, 9]


def told(*rows: tuple[int, int, int, int]) -> Suspicions:
    """(terminal, session, kind, score), the other side always (9, 1)."""
    return Suspicions.of_rows([(*row, 100, 120, 9, 1) for row in rows])


def test_suspicions_become_exactly_what_is_told(conn: Connection) -> None:
    first = told((1, 3, TRACE_REPLAYED, 800), (1, 3, PHOTO_REUSED, 1000), (2, 4, TRACE_REPLAYED, 500))
    numbers = [{"same_s": 600}, {"photos_reused": 2}, {"same_s": 300}]
    kinds = (TRACE_REPLAYED, PHOTO_REUSED)
    both = [(1, 3), (2, 4)]
    assert suspicions.replace(conn, both, first, numbers, "one", kinds) == 3
    assert suspicions.replace(conn, both, first, numbers, "one", kinds) == 0
    less = told((1, 3, TRACE_REPLAYED, 900))
    assert suspicions.replace(conn, [(1, 3)], less, [{"same_s": 660}], "one", kinds) == 2
    through, due = suspicions.due(conn)
    assert due == [(1, 3), (2, 4)] and through >= 5
    suspicions.seen(conn, through - 1)
    assert suspicions.due(conn) == (through, [(1, 3)])
    read = suspicions.read(conn)
    assert read.score.tolist() == [900, 500] and read.terminal.tolist() == [1, 2]
    assert suspicions.read(conn, [2]).session.tolist() == [4]
    shown = suspicions.told(conn, 110, 115, least_score=600)
    assert [(row.score, row.numbers) for row in shown] == [(900, {"same_s": 660})]
    assert suspicions.told(conn, 121, 200) == []


def test_kinds_that_were_not_screened_stay(conn: Connection) -> None:
    rows = told((1, 3, TRACE_REPLAYED, 800), (1, 3, PHOTO_REUSED, 1000))
    suspicions.replace(conn, [(1, 3)], rows, [{}, {}], "one", (TRACE_REPLAYED, PHOTO_REUSED))
    suspicions.replace(conn, [(1, 3)], told(), [], "one", (PHOTO_REUSED,))
    assert suspicions.read(conn).kind.tolist() == [TRACE_REPLAYED]


def test_a_pair_goes_by_either_side(conn: Connection) -> None:
    rows = told((1, 3, TRACE_REPLAYED, 800))
    suspicions.replace(conn, [(1, 3)], rows, [{}], "one", (TRACE_REPLAYED,))
    suspicions.replace(conn, [(9, 1)], told(), [], "one", (TRACE_REPLAYED,))
    assert len(suspicions.read(conn)) == 1
    suspicions.replace(conn, [(9, 1)], told(), [], "one", (TRACE_REPLAYED,), (TRACE_REPLAYED,))
    assert len(suspicions.read(conn)) == 0
