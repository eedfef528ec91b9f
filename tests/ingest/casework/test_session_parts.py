"""Parts of the session's view by themselves: the sentence at the top, what belongs to it, its fences."""

from __future__ import annotations

from typing import Any

import pytest

from firmware.wire.fields import FACE_CHECK, PHOTO, SIGN_IN, SIGN_OUT
from ingest.casework.session import events as session_events
from ingest.casework.session import fences as session_fences
from ingest.casework.session.events import concerning, missing_told, stops_told
from ingest.casework.session.summary import summary
from ingest.casework.session.suspicion_words import EVIDENCE, evidence_told
from ingest.casework.world_cache import laid_out
from ingest.judge import reasons
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.store.desk.session.view import Head, MinuteRow, Stored, SuspicionRow

EFFECTS = dict(RuleSet().effects)
OUT, DOUBT, PARKED = reasons.OUT_OF_FENCE, reasons.FENCE_DOUBT, reasons.PARKED


def minute(at: int, machine: int = 0, *why: int, **numbers: Any) -> MinuteRow:
    return MinuteRow(at + 1, at, machine, machine, None, list(why), numbers, 60, 0)


def english(minutes: list[MinuteRow], *suspected: SuspicionRow) -> str:
    return summary(minutes, EFFECTS, "Ground X", suspected, 480)[0]


def test_nothing_recorded_and_nothing_wrong() -> None:
    assert english([]) == "No minute of this session was recorded."
    assert english([minute(0), minute(1)]) == "All 2 minutes accepted."


def test_what_refuses_goes_before_what_is_unsure() -> None:
    doubt = {"FENCE_DOUBT": {"outside_m": 4.4}}
    minutes = [minute(n, 2, DOUBT, **doubt) for n in range(3)] + [minute(n, 1, PARKED) for n in (3, 4)]
    told = english(minutes)
    assert told.startswith("2 of 5 minutes, between 08:03 and 08:04 UTC+08:00: the car stood still")
    assert "; 3 more: the positions are too near" in told
    assert english(minutes[:3]) == (
        "3 of 3 minutes too near the edge of the fence of Ground X, furthest 4 m,"
        " between 08:00 and 08:02 UTC+08:00."
    )


def test_notes_are_nobodys_fault() -> None:
    assert english([minute(0, 0, reasons.RATIO_LOW), minute(1)]) == "All 2 minutes accepted."


def test_a_suspicion_is_told_where_all_is_accepted() -> None:
    suspected = SuspicionRow(reasons.TRACE_REPLAYED, 900, 8, 4, 0, 1, {}, False)
    assert english([minute(0)], suspected).startswith(
        "The one minute is accepted, but: the car's trace repeats"
    )
    # What is said of the other session is not said of this one.
    of_other = suspected._replace(as_other=True)
    assert english([minute(0)], of_other) == (
        "The one minute is accepted; a suspicion of another session names it."
    )


def test_the_headline_does_not_say_one_thing_twice() -> None:
    suspected = SuspicionRow(reasons.TRACE_REPLAYED, 900, 8, 4, 0, 1, {}, False)
    held = [minute(0, 2, reasons.TRACE_REPLAYED)]
    assert english(held, suspected).count("repeats") == 1
    other = suspected._replace(kind=reasons.PHOTO_REUSED)
    assert "; also: " in english(held, suspected, other)
    assert "; also: " not in english(held, other._replace(as_other=True))


def head(session: int, last_seq: int) -> Head:
    values = dict.fromkeys(Head._fields, 0) | {"session": session, "last_seq": last_seq}
    return Head(**values)  # type: ignore[arg-type]


def event(seq: int, kind: int, role: int, session: int = 0, **more: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "role": role, "session": session, **more}


def test_what_concerns_a_session_and_what_the_next_or_the_one_before() -> None:
    records = [
        event(1, FACE_CHECK, 1, moment=1),
        event(2, SIGN_IN, 1),
        event(3, FACE_CHECK, 2, moment=1),
        event(4, SIGN_IN, 2, 4),
        event(9, SIGN_OUT, 2, 4),
        event(10, FACE_CHECK, 2, moment=1),
        event(11, FACE_CHECK, 2, moment=1),
        event(12, SIGN_IN, 2, 12),
        event(15, PHOTO, 2, 12, moment=2),
        event(20, FACE_CHECK, 2, 12, moment=3),
        event(21, SIGN_OUT, 2, 12),
        event(22, FACE_CHECK, 1, moment=3),
        event(23, SIGN_OUT, 1),
        event(24, FACE_CHECK, 1, moment=1),
        event(25, SIGN_IN, 1),
        event(26, FACE_CHECK, 2, moment=1),
    ]
    assert [r["seq"] for r in concerning(records, head(12, 19))] == [1, 2, 10, 11, 12, 15, 20, 21, 22, 23]
    assert [r["seq"] for r in concerning(records, head(4, 8))] == [1, 2, 3, 4, 9]


def test_missing_records_are_stretches() -> None:
    stored = [Stored(seq, 4, 12, b"") for seq in (12, 13, 16, 20)]
    assert missing_told(stored, head(12, 21)) == [
        {"first": 14, "last": 15},
        {"first": 17, "last": 19},
        {"first": 21, "last": 21},
    ]
    assert missing_told([Stored(seq, 4, 12, b"") for seq in range(12, 22)], head(12, 21)) == []


def test_stops_are_the_bits_that_are_set() -> None:
    assert stops_told(0) == []
    assert stops_told(1 | 64 | 256) == ["engine_off", "training_ban", "no_position"]
    assert stops_told(511) == list(session_events.STOPS)


def test_a_record_that_cannot_be_read_is_left_out() -> None:
    assert session_events.decoded([Stored(1, FACE_CHECK, 0, b"\x03rubbish")]) == []


def road(name: str, east: float, **properties: Any) -> dict[str, Any]:
    about = {"fence": name, "ground": name, "kind": "road", "parts": [3], "half_width_m": 10}
    return {
        "type": "Feature",
        "properties": {**about, "valid_from": "2026-01-01", "valid_to": None, **properties},
        "geometry": {"type": "LineString", "coordinates": [[east, 31.0], [east + 0.01, 31.0]]},
    }


def asked(**changes: Any) -> session_fences.Asked:
    return session_fences.Asked(1_789_430_400, 1_789_434_000, 3, 21, 5, 1_795_334_400, 480)._replace(
        **changes
    )


HERE = (310_000_000, 310_000_000, 1_210_000_000, 1_210_050_000)


def test_a_corridor_is_an_area_with_its_centre_line() -> None:
    told = session_fences.fences_told(laid_out([road("R", 121.0)]), HERE, asked())
    assert told[0]["lines"] == [[[310_000_000, 1_210_000_000], [310_000_000, 1_210_100_000]]]
    assert len(told[0]["areas"]) == 1 and told[0]["allows"]


@pytest.mark.parametrize(
    ("properties", "change", "allows"),
    [
        ({}, {}, True),
        ({}, {"part": 2}, False),
        ({"vehicle_classes": [22]}, {}, False),
        ({"schools": ["0000000000000005"]}, {}, True),
        ({"schools": ["0000000000000006"]}, {}, False),
        ({"state": "pending"}, {}, False),
        ({"valid_from": "2026-10-01"}, {}, False),
    ],
)
def test_who_may_train_in_a_fence(properties: dict[str, Any], change: dict[str, Any], allows: bool) -> None:
    told = session_fences.fences_told(laid_out([road("R", 121.0, **properties)]), HERE, asked(**change))
    assert [one["allows"] for one in told] == [allows]


def test_the_nearest_fences_are_told_where_none_is_near() -> None:
    world = laid_out([road(f"R{n}", 122.0 + n) for n in range(5)])
    assert [one["fence"] for one in session_fences.fences_told(world, HERE, asked())] == ["R0", "R1", "R2"]
    assert session_fences.fences_told(world, None, asked()) == []
    assert session_fences.fences_told(laid_out([]), HERE, asked()) == []
    assert session_fences.ground_of(world, HERE, asked()) == "R0"


def test_fixes_at_the_ends_of_the_world_do_not_tell_every_fence_there_is(monkeypatch: Any) -> None:
    monkeypatch.setattr(session_fences, "MOST", 3)
    world = laid_out([road(f"R{n}", 100.0 + n, parts=[3 if n == 7 else 2]) for n in range(9)])
    everywhere = (-900_000_000, 900_000_000, -1_800_000_000, 1_800_000_000)
    told = session_fences.fences_told(world, everywhere, asked())
    assert [one["fence"] for one in told] == ["R7", "R0", "R1"]


def test_the_ground_is_the_one_that_allows_the_training() -> None:
    world = laid_out([road("other", 121.0, parts=[2]), road("right", 121.001)])
    assert session_fences.ground_of(world, HERE, asked()) == "right"
    only_other_part = laid_out([road("other", 121.0, parts=[2])])
    assert session_fences.ground_of(only_other_part, HERE, asked()) == ""


def test_numbers_behind_a_suspicion_have_words() -> None:
    assert evidence_told({"same_s": 120, "scale": 1.0}) == ("120 s the same, scale 1", "相同 120 秒，比例 1")
    assert evidence_told({"new_thing": 0.0123}) == ("new_thing 0.0123", "new_thing 0.0123")
    assert all(one.count("{}") == 1 for both in EVIDENCE.values() for one in both)
