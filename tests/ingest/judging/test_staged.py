"""Judged in stages, in pieces, in any order: the same as the whole evidence judged at once."""

import json
from functools import partial
from typing import Any

import numpy as np
import pytest

from ingest.judge.credit import credits
from ingest.judge.explain import minute_verdicts
from ingest.judge.flags import flags
from ingest.judge.judge import Judgement, judge
from ingest.judge.register.registry import school_of
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judging import due
from ingest.judging.due import Scope
from ingest.judging.run import judge_all
from ingest.judging.world import World
from ingest.measure.records import measure_blocks
from ingest.measure.sort import Sorter
from ingest.store import outcomes
from ingest.store.connection import Connection
from ingest.store.evidence import EvidenceRow, append, read_range
from tests.ingest.judging.journal import START, TERMINALS, TRAINEES, Journal, conn

__all__ = ["conn"]
PLAIN = RuleSet()
RULES = RuleSet("small", day_cap_practice_min=14)


def whole(conn: Connection, rules: RuleSet | Rulebook) -> Judgement:
    """All evidence in the database judged at once, in memory."""
    world = World.believed(conn, rules)
    sorter = Sorter(world.public_keys)
    school = partial(school_of, world.index)
    blocks = sorter.minute_blocks(read_range(conn))
    measures = list(measure_blocks(blocks, world.fence_set, world.measuring, school))
    return judge(sorter.evidence(measures), world.facts, rules)


def check(conn: Connection, rules: RuleSet | Rulebook) -> None:
    """What the tables hold is what the whole judgement says."""
    judgement = whole(conn, rules)
    wanted = [(*row[:6], json.loads(json.dumps(row[6])), *row[7:]) for row in minute_verdicts(judgement)]
    held = conn.execute(
        "SELECT terminal, seq, session, minute, verdict, reasons, numbers, counted_s, stops FROM verdict"
        " ORDER BY terminal, session, minute, seq"
    ).fetchall()
    assert held == wanted
    assert outcomes.session_verdicts(conn) == [
        type(one)(**{**vars(one), "reasons": ()}) for one in judgement.sessions
    ]
    names = "reason, terminal, session, other_terminal, other_session, records, first_minute, last_minute"
    found = conn.execute(f"SELECT {names} FROM flag".encode()).fetchall()
    assert sorted(found) == sorted(tuple(vars(flag).values()) for flag in flags(judgement))
    assert outcomes.ledger(conn) == sorted(credits(judgement), key=lambda one: (one.terminal, one.session))


def a_world(random: np.random.Generator) -> list[EvidenceRow]:
    """Two terminals, three or four sessions each, which may overlap; some outside the fence."""
    rows: list[EvidenceRow] = []
    for terminal in TERMINALS:
        journal, start = Journal(terminal, TRAINEES[0]), START
        for _ in range(int(random.integers(2, 5))):
            journal.trainee = int(random.choice(TRAINEES))
            start += int(random.integers(1, 6))
            minutes = int(random.integers(2, 9))
            east_m = float(random.choice([0.0, 0.0, 0.0, 560.0, 498.0]))
            journal.session(minutes, start, east_m)
            start += minutes
        rows += journal.rows
    return rows


def pieces(rows: list[EvidenceRow], random: np.random.Generator) -> list[list[EvidenceRow]]:
    """Mostly in order, a few records much later."""
    late = random.random(len(rows)) < 0.05
    first = [row for row, is_late in zip(rows, late, strict=True) if not is_late]
    first.sort(key=lambda row: row.utc_us)
    cuts = sorted(random.integers(0, len(first), 2).tolist())
    ordered = [first[: cuts[0]], first[cuts[0] : cuts[1]], first[cuts[1] :]]
    return [*ordered, [row for row, is_late in zip(rows, late, strict=True) if is_late]]


@pytest.mark.parametrize("seed", range(3))
def test_staged_in_pieces_is_the_whole(conn: Connection, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    monkeypatch.setattr(due, "REACH", 20)
    monkeypatch.setattr(due, "CONTEXT", 25)
    for piece in pieces(a_world(random), random):
        append(conn, piece)
        judge_all(conn, RULES, batch_records=int(random.integers(1, 60)))
        check(conn, RULES)
    before = judge_all(conn, RULES)
    assert before.touched == before.new_credit_entries == 0
    again = judge_all(conn, RULES, Scope(forced=True), batch_records=7)
    assert (again.touched, again.days) == (0, before.days)


def touched(conn: Connection) -> dict[str, Any]:
    """What wrote each row, by table and key."""
    keys = {"own_verdict": "terminal, seq", "session_outcome": "terminal, session"}
    return {
        name: {
            tuple(row[1:]): row[0] for row in conn.execute(f"SELECT xmin::text, {key} FROM {name}".encode())
        }
        for name, key in keys.items()
    }


def changed(before: dict[str, Any], after: dict[str, Any], name: str) -> set[tuple[int, ...]]:
    """Keys of the rows that were written in between."""
    return {key for key, wrote in after[name].items() if wrote != before[name].get(key)}


def test_a_late_record_touches_its_session_and_those_that_share_its_people(conn: Connection) -> None:
    """Trainee 21 at both terminals at once; the earlier session's face check comes late, so all behind it
    and what overlaps is judged anew; what the trainee did later in the day is looked at and not touched."""
    one = Journal(7, 21).session(6).session(5, START + 300)
    two = Journal(8, 21).session(6, START + 3).session(4, START + 600)
    late = one.rows.pop(1)
    append(conn, [*one.rows, *two.rows])
    judge_all(conn, PLAIN)
    before = touched(conn)
    append(conn, [late])
    done = judge_all(conn, PLAIN)
    check(conn, PLAIN)
    after = touched(conn)
    rewritten = changed(before, after, "session_outcome")
    assert rewritten == {(7, 4), (7, 15), (8, 4)}
    own = changed(before, after, "own_verdict")
    assert {terminal for terminal, _ in own} == {7}
    assert done.new_credit_entries == 3


def test_the_same_bytes_however_it_is_cut_and_by_how_many(conn: Connection, postgres_url: str) -> None:
    random = np.random.default_rng(9)
    append(conn, a_world(random))
    first = judge_all(conn, RULES)
    for workers, records in ((1, 5), (2, 1)):
        for name in ("own_verdict", "shared_verdict", "judged_session", "session_share", "judged_terminal"):
            conn.execute(f"TRUNCATE {name}".encode())
        conn.execute("TRUNCATE session_day, judged_day, session_outcome, flag")
        asked = {"workers": workers, "batch_records": records, "dsn": postgres_url}
        assert judge_all(conn, RULES, **asked).days == first.days
        check(conn, RULES)


def test_a_dry_run_tells_and_writes_nothing(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    judge_all(conn, RULES)
    before, ledger = touched(conn), outcomes.ledger(conn)
    strict = RULES.with_("strict", day_cap_practice_min=4)
    told = judge_all(conn, strict, dry=True)
    assert [(one.before, one.after) for one in told.changes] == [(10, 4)]
    assert (touched(conn), outcomes.ledger(conn)) == (before, ledger)
    assert judge_all(conn, strict).changes == told.changes


def test_asked_to_stop_it_goes_on_where_it_was(conn: Connection) -> None:
    append(conn, [*Journal(7, 21).session(10).rows, *Journal(8, 22).session(10, START + 50).rows])
    stopped = judge_all(conn, RULES, batch_records=1, stop=lambda: True)
    assert stopped.was_stopped
    assert [one.terminal for one in outcomes.ledger(conn)] == [7]
    judge_all(conn, RULES)
    check(conn, RULES)


def test_a_stretch_asked_for_is_derived_again_and_no_more(conn: Connection) -> None:
    rows = Journal(7, 21).session(6).session(6, START + 1440).rows
    append(conn, rows)
    judge_all(conn, RULES)
    conn.execute("UPDATE own_verdict SET verdict = 1")
    conn.execute("UPDATE judged_session SET body = body || ' '")
    begin = (START + 1000) * 60_000_000
    done = judge_all(conn, RULES, Scope(from_us=begin, to_us=begin + 86_400_000_000))
    assert done.sessions == 1
    verdicts = conn.execute("SELECT session, max(verdict) FROM own_verdict GROUP BY 1 ORDER BY 1").fetchall()
    assert verdicts == [(4, 1), (15, 0)]
