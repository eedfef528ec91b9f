"""A changed registry, fence or rule: what differs is written, what it can concern is read, and only that."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ingest.judging.rules import rules_in_force
from ingest.judging.run import Judged, judge_all
from ingest.store import outcomes, registry, registry_file, rule_layers
from ingest.store.connection import Connection
from ingest.store.evidence import append
from tests.ingest.judging.journal import CAR, PLANE, SCHOOL, START, Journal, conn, the_registry
from tests.ingest.judging.test_staged import check

__all__ = ["conn"]
DAY = 1440
NOON = START + 60
NOON_TEXT = "2026-03-02T02:00:00Z"
KEYS = {
    "own_verdict": "terminal, seq",
    "shared_verdict": "terminal, seq",
    "session_outcome": "terminal, session",
    "flag": "reason, terminal, session, other_terminal, other_session",
}
Rows = dict[str, dict[Any, tuple[str, Any]]]


def rows(conn: Connection) -> Rows:
    """Table -> key -> (the transaction that wrote the row, what it says)."""
    found: Rows = {}
    for name, key in KEYS.items():
        # The registry it was judged under is not what is said; the rules are.
        said = "regexp_replace(to_jsonb(t)::text, ', registry [0-9a-f]*', '')"
        text = f"SELECT ({key})::text, xmin::text, {said} FROM {name} t"
        found[name] = {row[0]: (row[1], row[2]) for row in conn.execute(text.encode())}
    return found


def a_day(random: np.random.Generator, start: int) -> list[tuple[int, int, int, int, float]]:
    """Sessions (terminal, trainee, start, minutes, east_m) before and after noon, some outside the fence."""
    made = []
    for terminal in (7, 8):
        for begin in (start, start + 20, start + 56, start + 90, start + 120):
            begin += int(random.integers(0, 5))
            east_m = float(random.choice([0.0, 0.0, 560.0, 498.0]))
            made.append((terminal, int(random.choice([21, 22])), begin, int(random.integers(3, 12)), east_m))
    return made


def stored(conn: Connection, seed: int) -> list[tuple[int, int, int, int, float]]:
    """Two days of sessions in the database."""
    random = np.random.default_rng(seed)
    sessions = [*a_day(random, START), *a_day(random, START + DAY)]
    for terminal in (7, 8):
        journal = Journal(terminal, 21)
        for _, trainee, begin, minutes, east_m in (one for one in sessions if one[0] == terminal):
            journal.trainee = trainee
            journal.session(minutes, begin, east_m)
        append(conn, journal.rows)
    return sessions


def load(conn: Connection, document: dict[str, Any]) -> None:
    registry.load(conn, registry_file.check(document, "test"))


def car_suspended(conn: Connection) -> None:
    document = the_registry()
    for car in document["cars"]:
        if int(car["number"]) == CAR + 8:
            car["state"] = "suspended"
    load(conn, document)


def instructor_from_noon(conn: Connection) -> None:
    document = the_registry()
    entry = document["instructors"][0]
    document["instructors"] = [
        {**entry, "valid_to": NOON_TEXT},
        {**entry, "valid_from": NOON_TEXT, "state": "suspended"},
    ]
    load(conn, document)


def new_fence(conn: Connection) -> None:
    document = the_registry()
    feature = document["grounds"]["features"][0]
    (south, north), (west, east) = PLANE.to_e7([540, 600], [-500, 500])
    south, north, west, east = (float(value) / 1e7 for value in (south, north, west, east))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    about = {**feature["properties"], "fence": "F2", "valid_to": "2026-03-03"}
    other = {**feature, "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    document["grounds"]["features"].append(other)
    load(conn, document)


def layer(scope: str) -> Callable[[Connection], None]:
    def change(conn: Connection) -> None:
        text = f'format = 1\n[[layer]]\nname = "x"\n{scope}\n[layer.thresholds]\nday_cap_practice_min = 30\n'
        rule_layers.load(conn, "x.toml", text)

    return change


def of_school(conn: Connection) -> None:
    layer(f"[layer.scope]\nschool = {SCHOOL}")(conn)


def of_other_school(conn: Connection) -> None:
    layer(f"[layer.scope]\nschool = {SCHOOL + 1}")(conn)


def of_other_part(conn: Connection) -> None:
    layer("[layer.scope]\npart = 3")(conn)


Session = tuple[int, int, int, int, float]
CONCERNED: dict[Callable[[Connection], None], Callable[[Session], bool]] = {
    car_suspended: lambda one: one[0] == 8,
    instructor_from_noon: lambda one: one[2] + one[3] > NOON,
    new_fence: lambda one: True,
    of_school: lambda one: True,
    of_other_school: lambda one: False,
    of_other_part: lambda one: False,
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("change", CONCERNED)
def test_only_that(conn: Connection, change: Callable[[Connection], None], seed: int) -> None:
    sessions = stored(conn, seed)
    judge_all(conn)
    check(conn, rules_in_force(conn))
    before = rows(conn)
    change(conn)
    done = judge_all(conn)
    check(conn, rules_in_force(conn))
    after = rows(conn)
    for name, held in before.items():
        now = after[name]
        wrote = {key for key in held.keys() & now.keys() if held[key][0] != now[key][0]}
        differ = {key for key in held.keys() & now.keys() if held[key][1] != now[key][1]}
        assert wrote == differ, name
    concerned = [one for one in sessions if CONCERNED[change](one)]
    assert done.minutes <= _span(sessions, concerned)
    assert judge_all(conn).minutes == 0
    ledger_holds(conn)
    assert conserved(done)


def _span(sessions: list[Session], concerned: list[Session]) -> int:
    """Minutes of each terminal from the first session concerned to the last, and 400 + 600 records around."""
    if not concerned:
        return 0
    terminals = {one[0] for one in concerned}
    return sum(one[3] for one in sessions if one[0] in terminals)


def ledger_holds(conn: Connection) -> None:
    """Every entry after the first of its session names the one before; their sum is what is credited now."""
    entries = conn.execute(
        "SELECT entry, terminal, session, trainee, part, minutes, corrects FROM credit ORDER BY entry"
    ).fetchall()
    last: dict[Any, int] = {}
    sums: dict[Any, int] = {}
    for entry, *key, minutes, corrects in entries:
        assert minutes and corrects == last.get(tuple(key))
        last[tuple(key)] = entry
        sums[tuple(key)] = sums.get(tuple(key), 0) + minutes
        assert sums[tuple(key)] >= 0
    ledger = {
        (one.terminal, one.session, one.trainee, one.part): one.minutes for one in outcomes.ledger(conn)
    }
    assert {key: minutes for key, minutes in sums.items() if minutes} == ledger
    accepted = conn.execute(
        "SELECT terminal, session, trainee, part, minutes_accepted FROM session_outcome"
        " WHERE minutes_accepted > 0"
    ).fetchall()
    assert {tuple(row[:4]): row[4] for row in accepted} == ledger


def conserved(done: Judged) -> bool:
    return done.stored == done.judged and done.unreadable == 0


def test_the_ledger_step_by_step(conn: Connection) -> None:
    """Records in pieces, a layer, a fence, a suspended car: after each the ledger adds up and names."""
    random = np.random.default_rng(5)
    journals = {}
    for terminal, trainee, begin, minutes, east_m in a_day(random, START):
        journal = journals.setdefault(terminal, Journal(terminal, trainee))
        journal.trainee = trainee
        journal.session(minutes, begin, east_m)
    pieces = [row for journal in journals.values() for row in journal.rows]
    random.shuffle(pieces)  # type: ignore[arg-type]
    steps: list[Callable[[Connection], Any]] = [
        *(lambda c, some=pieces[at::4]: append(c, some) for at in range(4)),
        *(layer("[layer.scope]\npart = 2"), new_fence, car_suspended),
        *(lambda c: load(c, the_registry()), lambda c: rule_layers.load(c, "x.toml", "format = 1\n")),
    ]
    entries = []
    for step in steps:
        step(conn)
        done = judge_all(conn)
        assert conserved(done)
        check(conn, rules_in_force(conn))
        ledger_holds(conn)
        entries.append(done.new_credit_entries)
    assert sum(1 for new in entries if new) >= 4


def test_what_was_judged_under_is_told_by_rules(conn: Connection) -> None:
    """A layer in force changes the digest that a session's verdict carries, even where no minute changes."""
    stored(conn, 3)
    judge_all(conn)
    layer("")(conn)
    done = judge_all(conn)
    under = {row[0] for row in conn.execute("SELECT judged_under FROM session_outcome")}
    assert all(re.match(r"rules x [0-9a-f]{12}, registry ", text) for text in under)
    assert done.sessions == 20
