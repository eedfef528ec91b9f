"""The random audit by itself: closed once a day, drawn once the seed stands, nothing before its time."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from ingest.casework.drawing import draw
from ingest.casework.drawing.daily import close_and_draw
from ingest.casework.local_time import local_offset_min
from ingest.casework.published import published
from ingest.store.connection import Connection, connect
from ingest.store.desk.draws import lists as draws
from ingest.store.migrate import migrate
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment

DAY = date(2026, 11, 22)
CLOSING = moment("2026-11-22 22:00")  # 06:00 of the next day at UTC+08:00
SEED = "5e" * 32


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        add_terminals(made, (11, 1, "2026-01-01"))
        yield made


def test_a_day_is_closed_once_its_grace_is_over_and_drawn_once_two_have_read_the_seed(
    conn: Connection,
) -> None:
    assert local_offset_min(conn) == OFFSET_MIN
    assert close_and_draw(conn, CLOSING) == (None, [])  # nothing was ever driven
    add_sessions(conn, 11, moment("2026-11-22 01:00"), range(1, 31))
    assert close_and_draw(conn, CLOSING - timedelta(minutes=1)) == (None, [])
    assert close_and_draw(conn, CLOSING) == (DAY, [])
    assert close_and_draw(conn, CLOSING + timedelta(hours=1)) == (None, [])
    told = published(conn)
    closed = draws.commit_of(conn, DAY)
    assert closed is not None and closed.digest.hex() in told and SEED not in told
    assert closed.seed_due >= closed.committed_at + timedelta(hours=24)
    after = closed.seed_due + timedelta(hours=1)
    draw.enter_seed(conn, add_account(conn, "li"), after, DAY, SEED)
    assert close_and_draw(conn, after)[1] == []
    draw.enter_seed(conn, add_account(conn, "wang"), after, DAY, SEED)
    assert close_and_draw(conn, after)[1] == [DAY]
    assert draws.result_of(conn, DAY) is not None
    assert close_and_draw(conn, after)[1] == []
    assert SEED in published(conn)
    # As the page says of itself: a copy and a later one differ in what stood open, and in the log's line.
    *before, day = told.splitlines()
    *later, drawn = published(conn).splitlines()
    pairs = list(zip(day.split(), drawn.split(), strict=True))
    assert [first for first, second in pairs if first != second] == ["-", "-"]
    moved = [at for at, pair in enumerate(zip(before, later, strict=False)) if len(set(pair)) > 1]
    assert [before[at - 1][:15] for at in moved] == ["audit-log entry"]
    assert "'-', which becomes the seed" in told and "每行不得变更" not in told
