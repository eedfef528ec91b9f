"""The sums that are kept are those that a recount by hand gives, however sessions come, change and go."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bench.desk.fill import fill
from ingest.bench.desk.scale import FIRST_DAY, Scale
from ingest.store.connection import Connection, connect
from ingest.store.desk.numbers import statistics, sums
from ingest.store.desk.numbers.figures import GAP_MOST
from ingest.store.desk.numbers.statistics import DIMENSIONS
from ingest.store.migrate import migrate
from tests.ingest.store.desk.numbers.recounted import by_hand, kept, raw

SCALE = Scale(400, 12)


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as connection:
        migrate(connection)
        connection.execute("INSERT INTO account (name, role) VALUES ('bench', 'inspector')")
        fill(connection, module_postgres_url, SCALE, lambda _: None, 5)
        yield connection


def test_what_is_kept_is_what_a_recount_gives(conn: Connection) -> None:
    assert kept(conn) == by_hand(conn)
    assert any(cell[-1] == "outside" for cell in kept(conn)[0])


def test_checks_and_records_are_those_of_the_evidence(conn: Connection) -> None:
    row = conn.execute("SELECT sum(checks), sum(records), sum(late_records) FROM session_figures").fetchone()
    held = conn.execute(
        "SELECT count(*) FILTER (WHERE kind = 3), count(*) FILTER (WHERE kind IN (3, 4)), 0 FROM evidence"
    ).fetchone()
    assert row == held and held is not None and held[0] > 0


def test_late_records_and_failed_checks_are_counted(conn: Connection) -> None:
    found = conn.execute("SELECT terminal, session FROM evidence WHERE kind = 3 LIMIT 1").fetchone()
    assert found is not None
    conn.execute(
        "UPDATE evidence SET received_at = utc + interval '25 hours',"
        " record = CASE kind WHEN 3 THEN set_byte(record, 80, 4) ELSE record END"
        " WHERE (terminal, session) = (%s, %s)",
        found,
    )
    assert statistics.refresh(conn, [found]).sessions == 1
    row = conn.execute(
        "SELECT checks, checks_failed, records, late_records, late_minutes FROM session_figures"
        " WHERE (terminal, session) = (%s, %s)",
        found,
    ).fetchone()
    assert row is not None
    checks, failed, records, late, late_minutes = row
    assert 0 < checks == failed and records == late == late_minutes + checks


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_refresh_of_what_changed_is_as_good_as_making_it_all_again(conn: Connection, seed: int) -> None:
    draw = random.Random(seed)
    keys = conn.execute("SELECT terminal, session FROM session_outcome ORDER BY 1, 2").fetchall()
    touched = draw.sample(keys, 25)
    for nth, key in enumerate(touched):
        if nth % 5 == 0:
            conn.execute("DELETE FROM session_outcome WHERE (terminal, session) = (%s, %s)", key)
        elif nth % 5 == 1:
            day = FIRST_DAY + timedelta(days=draw.randrange(90))
            conn.execute(
                "UPDATE queue_entry SET local_day = %s, ground = 'elsewhere' WHERE (terminal, session) ="
                " (%s, %s)",
                (day, *key),
            )
        elif nth % 5 == 2:
            conn.execute(
                "UPDATE session_outcome SET minutes_accepted = 0, minutes_refused = minutes_recorded,"
                " minutes_unsure = 0, reasons = '{\"PARKED\": 3}' WHERE (terminal, session) = (%s, %s)",
                key,
            )
        elif nth % 5 == 3:
            conn.execute("UPDATE queue_entry SET effective = 0 WHERE (terminal, session) = (%s, %s)", key)
    assert 15 <= statistics.refresh(conn, touched).sessions <= 20
    assert statistics.refresh(conn, touched) == (0, 0)
    found = raw(conn)
    assert kept(conn) == by_hand(conn)
    with conn.transaction():
        statistics.empty(conn)
        statistics.refresh(conn, None)
    assert raw(conn) == found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gaps_inside_a_session_are_its_ground_and_instructor_s(conn: Connection, seed: int) -> None:
    """Records are lost at random, one loses its session, one gets another's: as counted number by number."""
    draw = random.Random(seed)
    keys = conn.execute("SELECT DISTINCT terminal, session FROM evidence").fetchall()
    with conn.transaction(force_rollback=True):
        for terminal, session in keys:
            seqs = [
                row[0]
                for row in conn.execute(
                    "SELECT seq FROM evidence WHERE (terminal, session) = (%s, %s)", (terminal, session)
                )
            ]
            lost = draw.sample(seqs, 5)
            conn.execute("DELETE FROM evidence WHERE terminal = %s AND seq = ANY (%s)", (terminal, lost))
            for other in (0, session + 3):
                changed = (other, terminal, draw.choice(sorted(set(seqs) - set(lost))))
                conn.execute("UPDATE evidence SET session = %s WHERE terminal = %s AND seq = %s", changed)
        statistics.refresh(conn, keys)
        assert kept(conn) == by_hand(conn)
        found = sums.everybody(conn, "instructor", FIRST_DAY, SCALE.last_day, None)
        assert 0 < sum(one.gap_records for one in found) <= 5 * len(keys)
        by_ground = sums.everybody(conn, "ground", FIRST_DAY, SCALE.last_day, None)
        assert sum(one.gap_records for one in by_ground) == sum(one.gap_records for one in found)


def test_a_terminal_that_skips_numbers_makes_no_sum_overflow(conn: Connection) -> None:
    found = conn.execute("SELECT terminal, session, max(seq) FROM evidence GROUP BY 1, 2 LIMIT 1").fetchone()
    assert found is not None
    terminal, session, last = found
    with conn.transaction(force_rollback=True):
        conn.execute(
            "UPDATE evidence SET seq = 4294967290 WHERE terminal = %s AND seq = %s", (terminal, last)
        )
        conn.execute(
            "UPDATE judged_session SET last_seq = 4294967290 WHERE (terminal, session) = (%s, %s)",
            (terminal, session),
        )
        statistics.refresh(conn, [(terminal, session)])
        (gaps,) = conn.execute(
            "SELECT gap_records FROM session_figures WHERE (terminal, session) = (%s, %s)",
            (terminal, session),
        ).fetchone() or (0,)
        assert gaps == GAP_MOST


def test_sums_that_another_version_made_are_made_again(conn: Connection) -> None:
    """As a database is that comes from a version without these columns."""
    found = raw(conn)
    for table in ("session_figures", "statistic"):
        conn.execute(f"UPDATE {table} SET spanned = 0, gap_records = 0".encode())
    assert statistics.refresh(conn, []).sessions == 0
    conn.execute("UPDATE statistic_state SET made_by = 0")
    assert statistics.refresh(conn, []).sessions > 0
    assert raw(conn) == found


def test_a_stretch_is_the_sum_of_its_days(conn: Connection) -> None:
    first, last = FIRST_DAY + timedelta(days=2), FIRST_DAY + timedelta(days=70)
    by_day: Counter[str] = Counter()
    for part in sums.of_keys(conn, "instructor", instructors(conn), first, last, None, sums.DAY):
        by_day[part.key] += part.sums.recorded
    told = {one.key: one.recorded for one in sums.everybody(conn, "instructor", first, last, None)}
    assert told == dict(by_day) and told
    total = sums.added(sums.everybody(conn, "school", first, last, None))
    assert total.recorded == sum(told.values())
    assert (
        sum(part.sums.recorded for part in sums.of_all(conn, first, last, None, sums.DAY)) == total.recorded
    )


def instructors(conn: Connection) -> list[str]:
    return [f"{row[0]:016d}" for row in conn.execute("SELECT number FROM instructor")]


def test_a_school_has_only_its_own_numbers(conn: Connection) -> None:
    row = conn.execute("SELECT min(school) FROM session_figures WHERE school > 0").fetchone()
    assert row is not None
    span = statistics.span(conn, row[0])
    assert span is not None
    for dimension in DIMENSIONS:
        own = sums.added(sums.everybody(conn, dimension, *span, row[0]))
        held = conn.execute(
            "SELECT count(*), sum(recorded) FROM session_figures WHERE school = %s", row
        ).fetchone()
        assert (own.sessions, own.recorded) == held


def test_reasons_of_one_instructor_are_counted_when_asked(conn: Connection) -> None:
    found = conn.execute(
        "SELECT instructor, reasons[1] FROM session_figures WHERE reasons <> '{}' LIMIT 1"
    ).fetchone()
    assert found is not None
    span = statistics.span(conn, None)
    assert span is not None
    counts = sums.reasons(conn, "instructor", f"{found[0]:016d}", *span, None)
    assert found[1] in {one.reason for one in counts}


def test_whole_months_and_weeks_are_taken_as_one() -> None:
    months, weeks, days = sums.stretch(date(2026, 1, 18), date(2026, 4, 14))
    assert months == [date(2026, 2, 1), date(2026, 3, 1)]
    assert weeks == [date(2026, 1, 19), date(2026, 4, 6)]
    assert days[0] == date(2026, 1, 18) and days[1] == date(2026, 1, 26)
    assert sums.stretch(date(2026, 2, 1), date(2026, 2, 28)) == ([date(2026, 2, 1)], [], [])


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_every_day_of_a_stretch_is_in_it_once(first: date, more: int) -> None:
    months, weeks, days = sums.stretch(first, first + timedelta(days=more))
    found = [*days, *(monday + timedelta(days=at) for monday in weeks for at in range(7))]
    for month in months:
        found += [day for at in range(31) if (day := month + timedelta(days=at)).month == month.month]
    assert sorted(found) == [first + timedelta(days=at) for at in range(more + 1)]
    assert len(days) <= 24
