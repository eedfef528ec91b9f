"""Who gained and lost minutes; what a changed registry, fence or rule makes due, and only that."""

from pathlib import Path

import pytest

from firmware.wire import topics
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.changes import Row, diff_of
from ingest.judging.run import judge_all
from ingest.judging.settle import Change
from ingest.judging.world import World
from ingest.store import registry, registry_file, rule_layers
from ingest.store.connection import Connection
from ingest.store.evidence import append
from tests.ingest.judging.journal import INSTRUCTOR, SCHOOL, START, Journal, conn, the_registry
from tests.ingest.judging.test_run import ledger
from tests.ingest.judging.test_staged import changed, check, touched

__all__ = ["conn"]
PLAIN = RuleSet()


def test_minutes_are_summed_up_by_school_instructor_and_trainee(conn: Connection) -> None:
    facts = World.believed(conn, PLAIN).facts
    changes = [
        Change(7, 4, 21, INSTRUCTOR, 10, 4),
        Change(8, 4, 22, INSTRUCTOR, None, 3),
        Change(8, 9, 22, INSTRUCTOR, 2, None),
        Change(8, 12, 22, INSTRUCTOR, 5, 5),
    ]
    diff = diff_of(changes, facts)
    assert (diff.sessions, diff.gained, diff.lost) == (3, 3, 8)
    assert diff.schools == (Row(SCHOOL, 3, 8, 3),)
    assert diff.instructors == (Row(INSTRUCTOR, 3, 8, 3),)
    assert diff.trainees == (Row(21, 0, 6, 1), Row(22, 3, 2, 2))


def test_a_changed_entry_makes_due_whom_it_concerns(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(5).rows)
    append(conn, Journal(8, 22).session(5, START + 400).rows)
    judge_all(conn)
    before = touched(conn)
    document = the_registry()
    number = topics.number_text(8)
    for entry in document["terminals"]:
        if entry["number"] == number:
            entry["revoked_at"] = "2026-01-02T00:00:00Z"
    registry.load(conn, registry_file.check(document, "test"))
    done = judge_all(conn)
    assert done.by_kind["minutes"] == 5
    assert [(one.terminal, one.before, one.after) for one in done.changes] == [(8, 5, 0)]
    assert {key[0] for key in changed(before, touched(conn), "own_verdict")} == {8}
    check(conn, PLAIN)
    assert judge_all(conn).by_kind["minutes"] == 0


def test_a_fence_far_away_makes_nothing_due(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(5).rows)
    judge_all(conn)
    before = touched(conn)
    document = the_registry()
    document["grounds"]["features"] = [far(document["grounds"]["features"][0])]
    registry.load(conn, registry_file.check(document, "test"))
    assert judge_all(conn).by_kind["minutes"] == 0
    assert touched(conn) == before
    check(conn, PLAIN)


def far(feature: dict[str, object]) -> dict[str, object]:
    """The same fence under another name, a degree further north."""
    geometry = feature["geometry"]
    assert isinstance(geometry, dict)
    ring = [[lon, lat + 1] for lon, lat in geometry["coordinates"][0]]
    about = {"fence": "F2", "ground": "G2", "kind": "field", "parts": [2]}
    return {
        "type": "Feature",
        "properties": {**about, "valid_from": "2026-01-01", "valid_to": None},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_rules_that_were_loaded_hold_from_the_next_run_on(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    judge_all(conn)
    text = 'format = 1\n[[layer]]\nname = "strict"\n[layer.thresholds]\nday_cap_practice_min = 4\n'
    assert rule_layers.load(conn, "strict.toml", text)
    assert not rule_layers.load(conn, "strict.toml", text)
    assert judge_all(conn).new_credit_entries == 1
    assert ledger(conn) == [(7, 4, 21, 2, 10), (7, 4, 21, 2, -6)]
    assert judge_all(conn).by_kind["minutes"] == 0
    rule_layers.load(conn, "strict.toml", "")
    assert judge_all(conn).new_credit_entries == 1
    rows = conn.execute("SELECT version FROM judged_rules ORDER BY 1").fetchall()
    assert len(rows) == 2


def test_unsure_minutes_count_where_the_rules_say_so(conn: Connection) -> None:
    journal = Journal(7, 21).session(10)
    journal.rows.pop(6)
    append(conn, journal.rows)
    judge_all(conn)
    assert ledger(conn) == []
    judge_all(conn, PLAIN.with_("lenient", unsure_counts=1))
    assert ledger(conn) == [(7, 4, 21, 2, 9)]


NONSENSE = 'format = 1\n[[layer]]\nname = "x"\n[layer.thresholds]\nnonsense = 4\n'


@pytest.mark.parametrize("text", ["not toml", NONSENSE])
def test_a_file_that_is_no_rule_book_is_refused(text: str, tmp_path: Path) -> None:
    from ingest.judge.rulebook.text import parse

    with pytest.raises(ValueError, match=r"x\.toml"):
        parse(text, "x.toml")
