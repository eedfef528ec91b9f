"""Evidence in a real PostgreSQL to verdicts, credit and flags, and the same again."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from ingest.judge import reasons
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.run import Judged, judge_all
from ingest.store import outcomes, quarantine, registry, registry_file
from ingest.store.connection import Connection
from ingest.store.evidence import append
from ingest.store.quarantine import QuarantineRow
from tests.ingest.judging.journal import INSTRUCTOR, PLANE, SCHOOL, START, Journal, conn, the_registry

__all__ = ["PLANE", "SCHOOL", "START", "Journal", "conn"]


def ledger(conn: Connection) -> list[tuple[int, ...]]:
    return [
        tuple(row)
        for row in conn.execute("SELECT terminal, session, trainee, part, minutes FROM credit ORDER BY entry")
    ]


def counts(judged: Judged) -> tuple[int, int, int]:
    return judged.stored, judged.judged, judged.new_credit_entries


def test_nothing_stored_nothing_judged(conn: Connection) -> None:
    assert counts(judge_all(conn)) == (0, 0, 0)


def test_a_session_is_judged_credited_and_counted(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    judged = judge_all(conn)
    assert counts(judged) == (15, 15, 1)
    assert judged.by_kind == {"minutes": 10, "face_checks": 2, "sign_ins_and_outs": 2, "others": 1}
    assert ledger(conn) == [(7, 4, 21, 2, 10)]
    row = conn.execute(
        "SELECT trainee, instructor, car, part, started_at, ended_at, minutes_recorded, minutes_accepted,"
        " training_hours, reasons FROM session_outcome"
    ).fetchone()
    times = (datetime.fromtimestamp(minute * 60, UTC) for minute in (START, START + 10))
    assert row == (21, INSTRUCTOR, 507, 2, *times, 10, 10, 0, {})
    under = conn.execute("SELECT judged_under FROM session_outcome").fetchone()
    assert under is not None and under[0].startswith(judged.judged_under.split(", ")[0])


def test_reasons_and_their_numbers_are_kept_for_each_minute(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(3, east_m=560.0).rows)
    judge_all(conn)
    rows = conn.execute("SELECT seq, minute, verdict, reasons, numbers FROM verdict ORDER BY seq").fetchall()
    assert [row[:3] for row in rows] == [(5 + at, START + at, 1) for at in range(3)]
    # What is said of the whole session is told at its last minute.
    whole = [reasons.SESSION_SHORT, reasons.RATIO_LOW, reasons.OUT_OF_FENCE_SHARE]
    assert [row[3] for row in rows] == [[reasons.OUT_OF_FENCE]] * 2 + [[reasons.OUT_OF_FENCE, *whole]]
    numbers = rows[0][4]["OUT_OF_FENCE"]
    assert numbers["fix_out"] == 60
    assert numbers["outside_m"] == pytest.approx(60, abs=0.5)
    assert ledger(conn) == []


def snapshot(conn: Connection) -> list[list[Any]]:
    """Every outcome row with the transaction that wrote it: unchanged means not even touched."""
    tables = ("own_verdict", "shared_verdict", "session_outcome", "flag", "credit", "judged_day")
    return [conn.execute(f"SELECT xmin::text, * FROM {name} ORDER BY 2, 3, 4").fetchall() for name in tables]


def test_judging_again_touches_nothing(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    append(conn, Journal(8, 22).session(10, START + 5).rows)
    first = judge_all(conn)
    before = snapshot(conn)
    second = judge_all(conn)
    assert second.new_credit_entries == 0
    assert snapshot(conn) == before
    assert first.days == second.days != {}
    assert second.touched == 0
    assert first.judged_under == second.judged_under


def test_arrivals_in_any_order_end_in_the_same_outcomes(conn: Connection) -> None:
    """Judged after every arrival, latest records first, against judged once at the end."""
    one, two = Journal(7, 21).session(6), Journal(8, 22).session(6, START + 3)
    for row in [*reversed(two.rows), *reversed(one.rows)]:
        append(conn, [row])
        judged = judge_all(conn)
        assert judged.stored == judged.judged
    held = {(credit.terminal, credit.minutes) for credit in outcomes.ledger(conn)}
    assert held == {(7, 6), (8, 3)}
    verdicts = conn.execute("SELECT terminal, minute, verdict, reasons FROM verdict ORDER BY 1, 2").fetchall()
    overlap = [reasons.OVERLAP_INSTRUCTOR]
    assert verdicts == [
        *((7, START + at, 0, []) for at in range(6)),
        *((8, START + 3 + at, *((1, overlap) if at < 3 else (0, []))) for at in range(6)),
    ]


def test_a_withheld_record_holds_credit_back_until_it_comes(conn: Connection) -> None:
    journal = Journal(7, 21).session(10)
    withheld = journal.rows.pop(6)
    append(conn, journal.rows)
    judge_all(conn)
    assert ledger(conn) == []
    verdicts = conn.execute("SELECT DISTINCT verdict, reasons, numbers FROM verdict ORDER BY 1").fetchall()
    assert len(verdicts) == 9 and all(row[0] == 2 and reasons.SEQ_GAP in row[1] for row in verdicts)
    assert (reasons.SEQ_GAP, 9) in conn.execute("SELECT reason, records FROM flag").fetchall()
    append(conn, [withheld])
    judge_all(conn)
    assert ledger(conn) == [(7, 4, 21, 2, 10)]
    assert conn.execute("SELECT count(*) FROM flag").fetchone() == (0,)


def test_a_late_session_takes_credit_back_by_a_correcting_entry(conn: Connection) -> None:
    append(conn, Journal(8, 22).session(10, START + 5).rows)
    judge_all(conn)
    append(conn, Journal(7, 21).session(10).rows)
    assert judge_all(conn).new_credit_entries == 2
    assert ledger(conn) == [(8, 4, 22, 2, 10), (7, 4, 21, 2, 10), (8, 4, 22, 2, -5)]
    corrects = conn.execute("SELECT corrects FROM credit ORDER BY entry").fetchall()
    assert corrects == [(None,), (None,), (1,)]
    flagged = conn.execute("SELECT terminal, other_terminal, records FROM flag ORDER BY 1").fetchall()
    assert flagged == [(7, 8, 5), (8, 7, 5)]


def test_other_rules_correct_the_ledger_and_say_so(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    first = judge_all(conn)
    strict = judge_all(conn, RuleSet(version="strict", day_cap_practice_min=4))
    assert first.judged_under != strict.judged_under
    rows = conn.execute("SELECT minutes, judged_under FROM credit ORDER BY entry").fetchall()
    assert [minutes for minutes, _ in rows] == [10, -6]
    for (_, under), run in zip(rows, (first, strict), strict=True):
        assert under.startswith(run.judged_under.split(", ")[0])
    assert judge_all(conn).new_credit_entries == 1
    assert [credit.minutes for credit in outcomes.ledger(conn)] == [10]


def test_a_fence_that_moved_is_judged_by_what_the_registry_says_now(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(3, east_m=560.0).rows)
    first = judge_all(conn)
    registry.load(conn, registry_file.check(the_registry(east_m=600.0), "test"))
    second = judge_all(conn)
    assert (first.new_credit_entries, second.new_credit_entries) == (0, 1)
    assert first.judged_under != second.judged_under


def test_a_record_damaged_in_the_database_is_missed_by_the_count(conn: Connection) -> None:
    journal = Journal(7, 21).session(10)
    damaged = journal.rows[8]
    journal.rows[8] = damaged._replace(record=damaged.record[:-1])
    journal.rows[14] = journal.rows[14]._replace(record=b"\x05")
    append(conn, journal.rows)
    judged = judge_all(conn)
    assert (judged.stored, judged.judged, judged.unreadable) == (15, 13, 2)
    assert judged.minutes == 9


def test_the_ledger_cannot_be_rewritten(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    judge_all(conn)
    for statement in ("UPDATE credit SET minutes = 99", "DELETE FROM credit", "TRUNCATE credit CASCADE"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            conn.execute(statement)
    assert ledger(conn) == [(7, 4, 21, 2, 10)]


def test_a_fork_in_quarantine_is_flagged(conn: Connection) -> None:
    fork = QuarantineRow(START * 60_000_000, "topic", reasons.SEQ_FORK, 7, 3, 2, 1, b"x", "")
    quarantine.append(conn, [fork, fork._replace(reason=reasons.SEAL_BAD, terminal=8)])
    judge_all(conn)
    rows = conn.execute("SELECT reason, terminal, session, records, first_minute FROM flag").fetchall()
    assert rows == [(reasons.SEQ_FORK, 7, 0, 2, None)]
