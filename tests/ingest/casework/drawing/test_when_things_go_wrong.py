"""Days that are missed, empty or late, and wrong clocks: nothing escapes the audit, somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from ingest.casework import audit
from ingest.casework.deciding import queue
from ingest.casework.drawing import draw
from ingest.casework.drawing.daily import close_and_draw
from ingest.draw.errors import DrawError
from ingest.store.connection import Connection, connect
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import seen as draws_seen
from ingest.store.migrate import migrate
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment

DAY = date(2026, 11, 19)
SEED = "5e" * 32
CLOSING = moment("2026-11-19 22:00")


@pytest.fixture(scope="module")
def file_url(module_postgres_url: str) -> str:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        add_terminals(made, (11, 1, "2026-01-01"), (12, 2, "2026-01-01"))
    return module_postgres_url


@pytest.fixture
def conn(file_url: str) -> Iterator[Connection]:
    with connect(file_url, patience_s=10) as made, made.transaction(force_rollback=True):
        yield made


def lines(conn: Connection, day: date) -> list[str]:
    closed = draws.commit_of(conn, day)
    assert closed is not None
    return [line for line in closed.text.splitlines() if not line.startswith("#")]


def read_by_two(conn: Connection, day: date, now: datetime) -> None:
    for name in (f"a{day}", f"b{day}"):
        draw.enter_seed(conn, add_account(conn, name), now, day, SEED)


def test_after_days_without_a_server_one_list_holds_all_of_them(conn: Connection) -> None:
    for days, terminal in ((0, 11), (1, 11), (3, 12)):
        add_sessions(conn, terminal, moment("2026-11-19 01:00") + timedelta(days=days), [days + 1])
    up_again = CLOSING + timedelta(days=3, hours=5)
    assert close_and_draw(conn, up_again) == (DAY + timedelta(days=3), [])
    assert close_and_draw(conn, up_again) == (None, [])
    assert [line[:10] for line in lines(conn, DAY + timedelta(days=3))] == [
        "2026-11-19",
        "2026-11-20",
        "2026-11-22",
    ]
    assert draws_seen.conserved(conn).balanced and draws_seen.conserved(conn).waiting == 0


def test_what_is_late_goes_into_the_next_list_and_a_single_session_is_drawn(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-19 01:00"), [1])
    close_and_draw(conn, CLOSING)
    add_sessions(conn, 12, moment("2026-11-19 02:00"), [9])
    close_and_draw(conn, CLOSING + timedelta(days=1))
    assert [len(lines(conn, DAY + timedelta(days=n))) for n in (0, 1)] == [1, 1]
    read_by_two(conn, DAY, CLOSING + timedelta(days=2))
    assert close_and_draw(conn, CLOSING + timedelta(days=1, hours=1)) == (None, [DAY])
    assert draws.result_of(conn, DAY) == "".join(f"{line}\n" for line in lines(conn, DAY))


def test_a_day_without_sessions_waits_for_nobody(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-19 01:00"), [1])
    close_and_draw(conn, CLOSING)
    close_and_draw(conn, CLOSING + timedelta(days=1))
    assert lines(conn, DAY + timedelta(days=1)) == []
    much_later = CLOSING + timedelta(days=9)
    assert draws_seen.overdue(conn, much_later) == (1, DAY)
    read_by_two(conn, DAY, much_later)
    assert draws_seen.overdue(conn, much_later) == (0, None)


def test_until_the_value_is_out_nobody_waits_and_a_late_one_is_taken(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-19 01:00"), [1])
    close_and_draw(conn, CLOSING)
    told = draws_seen.day_of(conn, DAY)
    assert told is not None
    assert draws_seen.overdue(conn, told.seed_due - timedelta(seconds=1)).lists == 0
    assert draws_seen.overdue(conn, told.seed_due) == (1, DAY)
    late = told.seed_due + timedelta(days=40)
    for name in ("li", "wang"):
        draw.enter_seed(conn, add_account(conn, name), late, DAY, SEED, late - timedelta(hours=1))
    assert draws.seed_of(conn, DAY) == SEED


def test_a_clock_put_back_after_the_draw_changes_nothing(conn: Connection) -> None:
    """A decision is after the draw by its number, also where the clock says otherwise."""
    add_sessions(conn, 11, moment("2026-11-19 01:00"), [1])
    ines = add_account(conn, "ines", "inspector")
    sentence = (
        "INSERT INTO decision"
        " (at, terminal, session, layer, kind, account, cause, words, judged, judged_under)"
        " SELECT clock_timestamp() + %s, 11, 1, 2, 'accept', %s, 'other', 'x', sha256(''), 'x'"
    )
    conn.execute(sentence, (timedelta(days=1), ines.account))
    close_and_draw(conn, CLOSING)
    read_by_two(conn, DAY, CLOSING + timedelta(days=2))
    draw.run(conn, audit.SYSTEM, DAY)
    state = "SELECT not_owner FROM queue_entry WHERE terminal = 11"
    assert conn.execute(state).fetchone() == (ines.account,)
    assert [one.is_decided for one in draws_seen.drawn(conn, DAY)] == [False]
    conn.execute(sentence, (timedelta(days=-2), add_account(conn, "ivan", "inspector").account))
    queue.refresh(conn, [(11, 1)])
    assert conn.execute(state).fetchone() == (None,)
    assert [one.is_decided for one in draws_seen.drawn(conn, DAY)] == [True]


def test_a_clock_that_ran_ahead_shows(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-19 01:00"), [1])
    ahead = CLOSING + timedelta(days=30)
    draw.commit(conn, audit.SYSTEM, ahead, OFFSET_MIN)
    with pytest.raises(DrawError) as refused:
        draw.commit(conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
    assert refused.value.code == "draw_day_closed"
    assert close_and_draw(conn, CLOSING + timedelta(days=1)) == (None, [])
    (newest,) = draws_seen.days(conn, None, 1)
    assert newest.committed_at == ahead.astimezone(UTC)
