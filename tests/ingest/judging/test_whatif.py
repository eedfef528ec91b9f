"""What-if in a real PostgreSQL: it tells, minute for minute, what the judge then does; and writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import psycopg
import pytest

from ingest.judge.reasons import BY_NUMBER
from ingest.judging.due import Scope
from ingest.judging.rules import rules_in_force
from ingest.judging.run import judge_all
from ingest.judging.whatif import fresh as whatif_fresh
from ingest.judging.whatif.compare import changed_minutes
from ingest.judging.whatif.draft import drafted_fences, drafted_rules, with_features
from ingest.judging.whatif.whatif import Found, Stopped, what_if
from ingest.judging.world import World
from ingest.store import outcomes, registry, registry_file, rule_layers
from ingest.store.connection import Connection
from ingest.store.evidence import append
from ingest.store.whatif import reading
from tests.ingest.judging.test_run import PLANE, SCHOOL, START, Journal, conn
from tests.ingest.judging.test_staged import a_world

__all__ = ["conn"]
NOON = "2026-03-02T09:08:00+08:00"
"""Some minutes after START."""


class Draft(NamedTuple):
    features: list[dict[str, Any]]
    rules: str = ""


def drawn(east_m: float, west_m: float = -500, **values: Any) -> dict[str, Any]:
    """A field from west_m to east_m; values: properties other than F1's."""
    lat, lon = PLANE.to_e7([west_m, east_m], [-500, 500])
    south, north, west, east = (float(value) / 1e7 for value in (*lat, *lon))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    about = {"fence": "F1", "ground": "G", "kind": "field", "parts": [2], "valid_from": "2026-01-01"}
    return {
        "type": "Feature",
        "properties": {**about, "valid_to": None, **values},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def layer(**thresholds: float) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in thresholds.items())
    return f'format = 1\n[[layer]]\nname = "draft"\n[layer.thresholds]\n{told}'


def worlds(conn: Connection, draft: Draft) -> tuple[World, World]:
    before = World.believed(conn, rules_in_force(conn))
    files = rule_layers.believed(conn)
    rules = drafted_rules(files, {"draft.toml": draft.rules}) if draft.rules else before.rules
    return before, World(before.facts, with_features(before.features, draft.features), rules)


def asked(conn: Connection, draft: Draft, scope: Scope | None = None, **options: Any) -> Found:
    return what_if(conn, *worlds(conn, draft), scope, **options)


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def load(conn: Connection, draft: Draft) -> None:
    """The draft becomes what is in force, as the commands make it."""
    if draft.features:
        registry.load(conn, registry_file.check({"grounds": collection(*draft.features)}, "draft"))
    if draft.rules:
        rule_layers.load(conn, "draft.toml", draft.rules)


def verdicts(conn: Connection) -> dict[tuple[int, int], tuple[Any, ...]]:
    rows = conn.execute("SELECT terminal, seq, minute, verdict, reasons FROM verdict").fetchall()
    return {row[:2]: row[2:] for row in rows}


def told(found: Found) -> dict[tuple[int, int], tuple[Any, ...]]:
    return {
        (key[0], one.seq): (one.minute, one.before, one.after, one.reasons_before, one.reasons_after)
        for key, sides in found.sides.items()
        for one in changed_minutes(sides)
    }


def sessions(conn: Connection) -> dict[tuple[int, int], tuple[int, ...]]:
    return {
        (one.terminal, one.session): (one.minutes_accepted, one.minutes_refused, one.minutes_unsure)
        for one in outcomes.session_verdicts(conn)
    }


def digests(conn: Connection) -> dict[str, str]:
    """SHA-256 of every table's rows and of every sequence."""
    found = {}
    kinds = "SELECT relname, relkind::text FROM pg_class WHERE relkind IN ('r', 'S', 'm')"
    names = conn.execute(f"{kinds} AND relnamespace = 'public'::regnamespace".encode()).fetchall()
    for name, kind in names:
        what = "t.last_value" if kind == "S" else "t.xmin::text, t::text"
        rows = conn.execute(f"SELECT {what} FROM {name} t ORDER BY 1".encode()).fetchall()
        found[name] = hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()
    assert {"own_verdict", "evidence_2026_03", "credit"} <= found.keys()
    return found


def check(conn: Connection, draft: Draft) -> Found:
    """What-if writes nothing, and tells what the judge does once the draft is loaded."""
    untouched = digests(conn)
    found = asked(conn, draft)
    assert digests(conn) == untouched
    before, credit = verdicts(conn), {(c.terminal, c.session): c.minutes for c in outcomes.ledger(conn)}
    load(conn, draft)
    judge_all(conn)
    after = verdicts(conn)
    wanted = {
        key: (was[0], was[1], after[key][1], was[2], after[key][2])
        for key, was in before.items()
        if was != after[key]
    }
    assert told(found) == wanted
    now = sessions(conn)
    for key, sides in found.sides.items():
        one = sides.outcome
        assert (one.minutes_accepted, one.minutes_refused, one.minutes_unsure) == now[key]
    earned = {(c.terminal, c.session): c.minutes for c in outcomes.ledger(conn)}
    expected = {**credit, **{key: sides.credited for key, sides in found.sides.items()}}
    assert {key: minutes for key, minutes in expected.items() if minutes} == earned
    return found


def a_draft(random: np.random.Generator, known: Sequence[dict[str, Any]]) -> Draft:
    """Another outline, another fence, one withdrawn, from some minute on; other thresholds; or both."""
    choice = int(random.integers(0, 6))
    features, withdrawn, rules = [], [], ""
    begins = [one["properties"]["valid_from"] for one in known if one["properties"]["fence"] == "F1"]
    if choice in (0, 5):
        east_m = float(random.choice([100, 498, 499, 570, 900]))
        features = [drawn(east_m, valid_from=max(begins))]
    elif choice == 1:
        features = [drawn(700.0, 450.0, fence="F2", ground="H")]
    elif choice == 2:
        withdrawn = ["F1"]
    elif choice == 3 and len(begins) == 1:
        features = [drawn(400.0, -300, valid_from=NOON)]
    if choice in (4, 5):
        rules = layer(day_cap_practice_min=int(random.integers(3, 15)))
    return Draft(drafted_fences(known, features, withdrawn), rules)


@pytest.mark.parametrize("seed", range(5))
def test_what_if_is_what_then_happens(conn: Connection, seed: int) -> None:
    random = np.random.default_rng(seed)
    append(conn, a_world(random))
    judge_all(conn)
    for _ in range(2):
        known = World.believed(conn, rules_in_force(conn)).features
        check(conn, a_draft(random, known))


def test_a_smaller_field_takes_minutes_and_says_why(conn: Connection) -> None:
    append(
        conn, [*Journal(7, 21).session(9, east_m=200).rows, *Journal(8, 22).session(10, START + 2000).rows]
    )
    judge_all(conn)
    told = check(conn, Draft([drawn(100.0)])).report
    assert (told.looked_at, told.changed, told.gained, told.lost) == (2, 1, 0, 9)
    assert (told.before.accepted, told.after.accepted, told.after.refused) == (19, 10, 9)
    assert [(row.of, row.lost) for row in told.trainees] == [(21, 9)]
    assert [(row.of, row.lost, row.sessions) for row in told.schools] == [(SCHOOL, 9, 1)]
    assert [(row.of, row.lost) for row in told.grounds] == [("G", 9)]
    assert told.hours == ()  # nine minutes are no whole hour
    (reason,) = [one for one in told.reasons if one.name == "OUT_OF_FENCE"]
    assert (reason.appears, reason.disappears) == (9, 0)
    (worst,) = told.worst
    assert (worst.terminal, worst.lost, worst.ground) == (7, 9, "G")
    why = {one["name"]: one for one in worst.reasons}["OUT_OF_FENCE"]
    assert why["minutes"] == 9 and why["minute"] == START
    assert 99 < why["numbers"]["outside_m"] < 101


def test_unsure_minutes_that_are_refused_count_as_worse(conn: Connection) -> None:
    """Within the margin of the field's edge minutes are unsure; farther out they are refused."""
    append(
        conn,
        [
            *Journal(7, 21).session(9, east_m=503).rows,
            *Journal(8, 22).session(4, START + 2000, east_m=200).session(3, START + 4000).rows,
        ],
    )
    judge_all(conn)
    told = check(conn, Draft([drawn(100.0)])).report
    assert (told.before.unsure, told.before.accepted) == (9, 7)
    assert (told.lost, told.from_unsure, told.unsure_to_refused, told.after.refused) == (4, 9, 9, 13)
    assert [(row.of, row.lost, row.unsure_to_refused) for row in told.trainees] == [(21, 0, 9), (22, 4, 0)]
    assert [(one.terminal, one.lost, one.unsure_to_refused) for one in told.worst] == [(7, 0, 9), (8, 4, 0)]
    why = {one["name"]: one for one in told.worst[0].reasons}["OUT_OF_FENCE"]
    assert why["minutes"] == 9 and 402 < why["numbers"]["outside_m"] < 404


def test_a_reason_that_stays_is_told_where_only_its_effect_grows(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(9, east_m=503).rows)
    judge_all(conn)
    (name,) = {BY_NUMBER[number][1] for row in verdicts(conn).values() for number in row[2]}
    rules = f'format = 1\n[[layer]]\nname = "draft"\n[layer.effects]\n{name} = "minute"\n'
    told = check(conn, Draft([], rules)).report
    assert told.unsure_to_refused == 9 and name not in {one.name for one in told.reasons}
    most = told.worst[0].reasons[0]
    assert (most["name"], most["minutes"]) == (name, 9)


def test_whole_hours_are_counted_as_a_stage_report_does(conn: Connection) -> None:
    journal = Journal(7, 21)
    for nth in range(12):
        journal.session(10, START + 20 * nth, east_m=0 if nth < 7 else 200)
    append(conn, journal.rows)
    judge_all(conn)
    told = check(conn, Draft([drawn(100.0)])).report
    assert [(one.trainee, one.before, one.after) for one in told.hours] == [(21, 2, 1)]


def test_minutes_lost_at_one_terminal_make_room_under_the_cap(conn: Connection) -> None:
    """Terminal 7 loses its minutes outside; the day's cap then leaves those of terminal 8 alone."""
    first = Journal(7, 21).session(10, east_m=200).rows
    append(conn, [*first, *Journal(8, 21).session(10, START + 200).rows])
    rule_layers.load(conn, "draft.toml", layer(day_cap_practice_min=12))
    judge_all(conn)
    found = check(conn, Draft([drawn(100.0)]))
    assert (found.report.gained, found.report.lost) == (8, 10)
    accepted = {key: sides.outcome.minutes_accepted for key, sides in found.sides.items()}
    assert accepted == {(7, 4): 0, (8, 4): 10}


def test_the_scope_holds(conn: Connection) -> None:
    one = Journal(7, 21).session(5, east_m=200).session(5, START + 3000, east_m=200)
    append(conn, [*one.rows, *Journal(8, 22).session(5, START + 50, east_m=200).rows])
    judge_all(conn)
    draft = Draft([drawn(100.0)])
    assert asked(conn, draft).report.lost == 15
    late = Scope(from_us=(START + 2000) * 60_000_000)
    assert asked(conn, draft, late).report.lost == 5
    early = Scope(to_us=(START + 60) * 60_000_000)
    assert asked(conn, draft, early).report.lost == 10
    assert asked(conn, draft, Scope(terminals=frozenset({8}))).report.lost == 5


def test_what_a_draft_cannot_touch_is_not_read(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(10).rows)
    judge_all(conn)
    far = drawn(90_500.0, 90_000.0, fence="F9", ground="far")
    assert asked(conn, Draft([far])).report.looked_at == 0
    other = layer(day_cap_practice_min=3) + "[layer.scope]\nschool = 2\n"
    assert asked(conn, Draft([], other)).report.looked_at == 0
    mine = other.replace("school = 2", f"school = {SCHOOL}")
    told = asked(conn, Draft([], mine)).report
    assert (told.looked_at, told.lost) == (1, 7)


def test_what_the_judge_has_yet_to_come_to_is_left_out(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(5, east_m=200).rows)
    judge_all(conn)
    registry.load(conn, registry_file.check({"grounds": collection(drawn(600.0))}, "moved"))
    told = asked(conn, Draft([drawn(100.0)])).report
    assert (told.looked_at, told.waiting, told.changed) == (0, 1, 0)


def test_workers_tell_the_same(conn: Connection, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    append(conn, a_world(np.random.default_rng(5)))
    judge_all(conn)
    draft = Draft([drawn(499.0)])
    alone, seen = asked(conn, draft), []
    monkeypatch.setattr(whatif_fresh, "BATCHES_FOR_WORKERS", 1)
    several = asked(conn, draft, workers=2, dsn=postgres_url, progress=lambda *at: seen.append(at))
    assert (several.report, told(several)) == (alone.report, told(alone))
    assert seen == [(1, 1)]


def test_it_can_be_stopped(conn: Connection) -> None:
    append(conn, Journal(7, 21).session(5, east_m=200).rows)
    judge_all(conn)
    with pytest.raises(Stopped):
        asked(conn, Draft([drawn(100.0)]), stop=lambda: True)


def test_it_cannot_write(conn: Connection) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), reading(conn):
        conn.execute("DELETE FROM own_verdict")
