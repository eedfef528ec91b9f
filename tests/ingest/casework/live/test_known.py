"""Who asks again is told what changed since, once and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.casework.live.known import CLOSED_KEPT, Known

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SCHOOLS = (1, 2)


def car(terminal: int, school: int, at: int = 0, orders_open: int = 0) -> tuple[int, dict[str, Any]]:
    told = {"terminal": f"{terminal:016d}", "school": f"{school:016d}", "at": at}
    return terminal, {**told, "orders_open": orders_open}


def order(
    terminal: int, number: int, state: str, kind: str = "status"
) -> tuple[tuple[int, int], dict[str, Any]]:
    told = {"terminal": f"{terminal:016d}", "number": number, "state": state, "kind": kind}
    got, done = "2026-11-22T06:00:00Z" if state in ("received", "done") else None, state == "done" or None
    return (terminal, number), {**told, "received_at": got, "done_at": done}


LOOKS = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 6), st.integers(0, 2), max_size=6), st.booleans()),
    min_size=1,
    max_size=12,
)


@given(LOOKS, st.lists(st.integers(0, 12), max_size=6))
def test_a_watcher_who_takes_every_change_knows_what_is_known(
    looks: list[tuple[dict[int, int], bool]], pauses: list[int]
) -> None:
    """Whatever looks a watcher sleeps through: what it has put together is what a newcomer is told."""
    known, event, asleep = Known(), None, set(pauses)
    seen: dict[str, Any] = {}
    for at, (values, anew) in enumerate(looks):
        known.put(NOW, [car(n, SCHOOLS[n % 2], value) for n, value in values.items()], [], set(), anew=anew)
        if at in asleep:
            continue
        told = known.told_since(event, None)
        change = known.since(event, None)
        assert (told is None) == (change is None)
        if told is None or change is None:
            continue
        data = json.loads(told.text)
        assert data == json.loads(json.dumps(change._asdict())) and data["event"] == told.event
        seen = {} if told.whole else seen
        seen.update({one["terminal"]: one for one in data["cars"]})
        event = told.event
    whole = known.since(None, None)
    assert whole is not None and whole.whole
    late = known.since(event, None)
    if late is not None:
        seen = {} if late.whole else seen
        seen.update({one["terminal"]: one for one in late.cars})
    assert seen == {one["terminal"]: one for one in whole.cars}


def test_what_is_told_is_made_once_and_not_told_of_another_school() -> None:
    known = Known()
    known.put(NOW, [car(1, 1), car(2, 2)], [order(2, 7, "sent")], {(2, 7)}, anew=True)
    event = known.event
    assert known.told_since(None, None) is known.told_since(None, None)
    known.put(NOW, [car(1, 1), car(2, 2, 5)], [order(2, 7, "done")], set(), anew=False)
    assert known.told_since(event, None) is known.told_since(event, None)
    assert known.told_since(event, 1) is None
    told = known.told_since(event, 2)
    assert told is not None and not told.whole
    assert [one["state"] for one in json.loads(told.text)["orders"]] == ["done"]
    known.put(NOW, [car(1, 1, 9), car(2, 2, 5)], [], set(), anew=False)
    later = known.told_since(event, 1)
    assert later is not None and json.loads(later.text)["cars"][0]["at"] == 9


def test_of_closed_orders_the_oldest_are_dropped_and_open_ones_never() -> None:
    known = Known()
    many = [order(1, number, "done") for number in range(1, CLOSED_KEPT + 50)]
    known.put(NOW, [car(1, 1)], [order(1, 9999, "waiting")], {(1, 9999)}, anew=True)
    for one in many:
        known.put(NOW, [], [one], {(1, 9999)}, anew=False)
    whole = known.since(None, None)
    assert whole is not None
    numbers = {one["number"] for one in whole.orders}
    assert 9999 in numbers and len(numbers) == CLOSED_KEPT + 1 and 1 not in numbers


def test_a_school_hears_of_a_face_check_when_the_terminal_has_it() -> None:
    """Nor does the number of open orders, or that anything was sent at all, give it away."""
    known = Known()
    known.put(NOW, [car(1, 1)], [], set(), anew=True)
    before = known.event
    for state in ("waiting", "sent"):
        known.put(NOW, [car(1, 1, 0, 1)], [order(1, 3, state, "face_check")], {(1, 3)}, anew=False)
        assert known.since(before, 1) is None and known.told_since(before, 1) is None
        whole, seen = known.since(None, None), known.since(None, 1)
        assert whole is not None and whole.cars[0]["orders_open"] == len(whole.orders) == 1
        assert seen is not None and seen.cars[0]["orders_open"] == len(seen.orders) == 0
    known.put(NOW, [car(1, 1, 0, 1)], [order(1, 3, "received", "face_check")], {(1, 3)}, anew=False)
    told = known.since(before, 1)
    assert told is not None and told.cars[0]["orders_open"] == len(told.orders) == 1
