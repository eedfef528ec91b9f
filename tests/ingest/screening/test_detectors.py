"""Each detector: the fraud scores, its honest twin does not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire.fields import BOOT, MINUTE
from ingest.judge.evidence import Signatures
from ingest.screening.clones import cloned
from ingest.screening.emulated import clockwork, signal_by_dice, signal_too_clean
from ingest.screening.faces import photo_reused, scores_repeated
from ingest.screening.handover import handover_impossible
from ingest.screening.inserted import RecordHeads, inserted
from ingest.screening.nudges import nudged
from ingest.screening.quota import quota_exact
from ingest.screening.rails import Passes
from ingest.screening.sessions import Scored, Sessions
from ingest.screening.wheel import pulses_too_even, trace_without_wheel, wheel_without_trace
from tests.ingest.screening.rows import START, Row, checks, grouped, hour, scores, signs, spoilt

Detector = Callable[[Sessions], Scored]


def signal(sessions: Sessions) -> Scored:
    """Without any laps."""
    return signal_too_clean(sessions, Passes.empty())


ALONE: tuple[Detector, ...] = (
    wheel_without_trace,
    trace_without_wheel,
    pulses_too_even,
    signal,
    clockwork,
    signal_by_dice,
    nudged,
    handover_impossible,
)
NAME = (7, 3)


@pytest.mark.parametrize("detector", ALONE)
def test_an_honest_hour_and_no_hour_have_no_score(detector: Detector) -> None:
    for seed in range(20):
        assert scores(detector(grouped(hour(seed=seed)))) == {}
    assert scores(detector(grouped())) == {}


def test_a_pulse_generator_at_a_standing_car() -> None:
    fraud = hour(reach_mm=4_000, trace_mm=9_000, rolling_n=0)
    assert scores(wheel_without_trace(grouped(fraud))) == {NAME: 1000}
    # Reverse parking: to and fro within 14 m, and the trace is as long as the wheel's way.
    parking = hour(reach_mm=14_000)
    assert scores(wheel_without_trace(grouped(parking))) == {}
    # A tunnel: the wheel turns and nobody sees where.
    tunnel = spoilt(hour(), slice(10, 30), {"fix_n": 5, "reach_mm": 3_000, "trace_mm": 1_000})
    assert scores(wheel_without_trace(grouped(tunnel))) == {}


def test_it_speaks_about_the_minutes_in_which_it_was_seen() -> None:
    some = spoilt(hour(), slice(20, 32), {"reach_mm": 4_000, "trace_mm": 9_000})
    found = wheel_without_trace(grouped(some))
    rows = found.suspicions
    assert [rows.first_minute[0] - START, rows.last_minute[0] - START] == [20, 31]
    assert found.numbers[0]["against_min"] == 12


def test_a_played_trace_without_a_wheel() -> None:
    assert scores(trace_without_wheel(grouped(hour(wheel_m=0, reach_mm=180_000)))) == {NAME: 1000}
    # A standing car whose receiver drifts.
    assert scores(trace_without_wheel(grouped(hour(wheel_m=0, reach_mm=12_000, trace_mm=15_000)))) == {}


def test_pulses_as_even_as_a_generator_makes_them() -> None:
    assert scores(pulses_too_even(grouped(hour(wheel_m=150)))) == {NAME: 1000}
    jittered = [{**row, "wheel_m": 150 + at % 5} for at, row in enumerate(hour())]
    assert scores(pulses_too_even(grouped(jittered)))[NAME] >= 800
    # A learner on a fast road keeps to the limit, and still varies by a tenth.
    rng = np.random.default_rng(4)
    road = [{**row, "wheel_m": int(rng.normal(1000, 110))} for row in hour()]
    assert scores(pulses_too_even(grouped(road))) == {}


CLEAN = {"signal_n": 0, "apart_mm": 42 * 12, "frozen_n": 10}


def test_a_signal_that_a_program_wrote() -> None:
    assert scores(signal(grouped(hour(**CLEAN)))) == {NAME: 1000}
    # A good receiver under an open sky that pins its position: constant and frozen, but measured.
    pinned = hour(signal_n=0, frozen_n=10)
    assert scores(signal(grouped(pinned))).get(NAME, 0) <= 600
    # A cheap receiver that gives four decimals of a minute lands on the grid now and then.
    assert scores(signal(grouped(hour(grid_n=2)))) == {}
    assert scores(signal(grouped(hour(minutes=8, **CLEAN)))) == {}


def test_a_signal_thrown_by_dice() -> None:
    diced = {"signal_n": 47, "apart_mm": 42 * 1100}
    assert scores(signal_by_dice(grouped(hour(**diced)))) == {NAME: 1000}
    # A canyon's reflections: places jump as far, satellites come and go in seconds.
    assert scores(signal_by_dice(grouped(hour(signal_n=12, apart_mm=42 * 1100)))) == {}
    # Satellites that flicker at a weak antenna under an open sky: places follow the speed.
    assert scores(signal_by_dice(grouped(hour(signal_n=40, apart_mm=42 * 250)))) == {}
    assert scores(signal_by_dice(grouped(hour(minutes=8, **diced)))) == {}


def test_laps_that_lie_on_one_another() -> None:
    def laps(pair_n: int, across_mm: int) -> Passes:
        return Passes.of_rows([(7, 3, pair_n, across_mm), (7, 3, 2, 0), (8, 3, 900, 0)])

    drawn = signal_too_clean(grouped(hour()), laps(400, 4))
    assert scores(drawn) == {NAME: 800} and drawn.numbers[0]["across_mm"] == 4
    # A receiver good to centimetres in a steady hand; and too few laps to tell.
    assert scores(signal_too_clean(grouped(hour()), laps(400, 130))) == {}
    assert scores(signal_too_clean(grouped(hour()), laps(40, 4))) == {}


def clocked(exact: bool, **changes: int) -> list[Row]:
    rows = hour(**changes)
    for at, row in enumerate(rows):
        row |= {"utc_s": row["minute"] * 60 + 61, "uptime_s": 600 + at * 60}
        if exact:
            row["trace_mm"] = row["wheel_m"] * 1000 + 300
    return rows


def test_a_program_by_the_clock() -> None:
    assert scores(clockwork(grouped(clocked(exact=True))))[NAME] >= 800
    # A good terminal is in step too, but its wheel is not the trace to the metre.
    assert scores(clockwork(grouped(clocked(exact=False)))) == {}


def test_parked_and_nudged() -> None:
    still = {"wheel_m": 0, "rolling_n": 0}
    nudge = {"wheel_m": 14, "rolling_n": 5}
    fraud = spoilt(spoilt(hour(), slice(0, 60, 2), still), slice(1, 60, 2), nudge)
    assert scores(nudged(grouped(fraud))) == {NAME: 1000}
    # A learner who manoeuvres at a walking pace rolls all the time; one who waits stands.
    slow = hour(wheel_m=28, rolling_n=50)
    assert scores(nudged(grouped(slow))) == {}
    assert scores(nudged(grouped(hour(**still)))) == {}
    waits = spoilt(hour(), slice(10, 25), still)
    assert scores(nudged(grouped(waits))) == {}


def test_one_number_on_two_terminals() -> None:
    other = {"uptime_s": 90_000, "odometer_m": 800_000}
    fraud = spoilt(spoilt(hour(), slice(1, 60, 2), other), slice(1, 60, 2), {"boot": 5})
    assert scores(cloned(grouped(fraud), signs(fraud))) == {NAME: 1000}
    # A restart begins its ticks and its odometer anew, in a higher boot.
    restarted = spoilt(hour(), slice(30, 60), {"boot": 2})
    for at, row in enumerate(restarted[30:]):
        row |= {"uptime_s": 20 + 60 * at, "odometer_m": 100 * at}
    assert scores(cloned(grouped(restarted), signs(restarted))) == {}
    # A counter that a repair reset goes back once: shown, not held.
    repaired = spoilt(spoilt(hour(), slice(0, 30), {"boot": 9}), slice(30, 60), {"boot": 1})
    assert scores(cloned(grouped(repaired), signs(repaired))) == {NAME: 500}


def test_one_number_at_two_places_in_one_minute() -> None:
    here, there = hour(), hour(session=900, first_lat_e7=311_000_000, last_lat_e7=311_000_500)
    there = [{**row, "seq": row["seq"] + 100, "boot": 2} for row in there]
    found = scores(cloned(grouped(here, there), signs(here, there)))
    assert found == {NAME: 1000, (7, 900): 1000}
    again = [{**row, "seq": row["seq"] + 100, "boot": 2} for row in hour(session=900)]
    assert scores(cloned(grouped(here, again), signs(here, again))) == {}


def test_a_photo_in_two_checks() -> None:
    other = {"terminal": 8, "session": 5, "utc_s": START * 60 + 90_000}
    found = photo_reused(checks({"photo": 77}, {"photo": 78}, {"photo": 77, **other}))
    assert scores(found) == {(8, 5): 1000}
    assert found.suspicions.other_terminal.tolist() == [7] and found.numbers == ({"photos_reused": 1},)
    assert scores(photo_reused(checks({"photo": 77}, {"photo": 78}, {"photo": 0}, {"photo": 0}))) == {}
    once = checks({"photo": 77})
    assert scores(photo_reused(type(once).concat([once, once]))) == {}


def test_a_run_of_scores_twice() -> None:
    run = [81, 93, 77, 88, 90, 79, 85, 92, 84]
    first = [{"score": score} for score in run]
    again = [{"score": s, "terminal": 8, "session": 5, "utc_s": START * 60 + 86_400 + s} for s in run]
    assert scores(scores_repeated(checks(*first, *again))) == {(8, 5): 1000}
    other = [{**row, "score": row["score"] + at % 2} for at, row in enumerate(again)]
    assert scores(scores_repeated(checks(*first, *other))) == {}
    # A module that tells only pass or fail repeats itself honestly.
    dull = [{"score": 100 - at % 2, "terminal": 7 + at // 9, "session": 3} for at in range(18)]
    assert scores(scores_repeated(checks(*dull))) == {}
    # Without a score from the module there is nothing to compare.
    none = [{"score": 255, "terminal": 7 + at // 9} for at in range(18)]
    assert scores(scores_repeated(checks(*none))) == {}


def school(first: int, lengths: list[int]) -> list[list[Row]]:
    return [hour(minutes, seed=at, terminal=first + at, session=1) for at, minutes in enumerate(lengths)]


def test_sessions_bunched_at_the_quota() -> None:
    honest = [53 + at % 17 for at in range(60)]
    exact = [60] * 27 + [55, 58, 63]
    sessions = grouped(*school(100, honest), *school(500, exact))
    group = np.where(sessions.first.terminal >= 500, 2, 1)
    found = scores(quota_exact(sessions, sessions.minute_n, group))
    assert set(found) == {(500 + at, 1) for at in range(27)} and min(found.values()) == 1000
    # Where everybody stops on the hour, nobody is suspected.
    alike = grouped(*school(100, [60] * 40), *school(500, exact))
    assert scores(quota_exact(alike, alike.minute_n, np.where(alike.first.terminal >= 500, 2, 1))) == {}
    few = grouped(*school(100, honest), *school(500, [60] * 9))
    assert scores(quota_exact(few, few.minute_n, np.where(few.first.terminal >= 500, 2, 1))) == {}


def heads(*rows: tuple[int, int, int]) -> RecordHeads:
    """(seq, kind, boot) of terminal 7."""
    return RecordHeads.of_rows([(7, *row) for row in rows])


def signed(*spans: tuple[int, int]) -> Signatures:
    return Signatures.of_rows([(7, 1, first, last, True) for first, last in spans])


def test_minutes_that_the_terminal_did_not_sign() -> None:
    rows = hour()  # seq 4..63
    whole, later = grouped(rows), signed((1, 30), (50, 90))
    there = heads((1, BOOT, 1), *((seq, MINUTE, 1) for seq in range(2, 91)))
    found = inserted(whole, later, there, BOOT)
    assert scores(found) == {NAME: 1000} and found.numbers[0]["unsigned_min"] == 19
    assert found.suspicions.first_minute[0] == START + 27
    # What still waits for its first signature is honest; so is what one signature covers.
    assert scores(inserted(whole, signed((1, 30)), there, BOOT)) == {}
    assert scores(inserted(whole, signed((1, 90)), there, BOOT)) == {}
    assert scores(inserted(whole, signed(), there, BOOT)) == {}
    # A record lost by the flash, or late, cuts the chain honestly.
    hole = there.take(np.flatnonzero(there.seq != 49))
    short = grouped([row for row in rows if row["seq"] != 49])
    assert scores(inserted(short, later, hole, BOOT)) == {NAME: 200}


def test_a_boot_that_no_terminal_told() -> None:
    whole = grouped(spoilt(hour(), slice(30, 60), {"boot": 2}))
    told = [(1, BOOT, 1), *((seq, MINUTE, 1) for seq in range(2, 34))]
    untold = heads(*told, *((seq, MINUTE, 2) for seq in range(34, 64)))
    assert scores(inserted(whole, signed(), untold, BOOT)) == {NAME: 800}
    honest = heads(*told[:-1], (33, BOOT, 2), *((seq, MINUTE, 2) for seq in range(34, 64)))
    assert scores(inserted(whole, signed(), honest, BOOT)) == {}
    # With a hole before it the BOOT record may still come.
    hole = heads(*told[:-1], *((seq, MINUTE, 2) for seq in range(34, 64)))
    assert scores(inserted(whole, signed(), hole, BOOT)) == {}


def test_an_instructor_who_cannot_have_got_there() -> None:
    here = hour()
    far = {"first_lat_e7": 312_000_000, "terminal": 8, "session": 5}
    found = handover_impossible(grouped(here, hour(start=START + 63, **far)))
    assert scores(found) == {(8, 5): 1000}
    assert found.numbers[0]["far_m"] == pytest.approx(22_000, abs=300)
    assert found.suspicions.other_session.tolist() == [3]
    # Half an hour later he may have driven there; in the next car on the ground he is at once.
    assert scores(handover_impossible(grouped(here, hour(start=START + 90, **far)))) == {}
    beside = hour(start=START + 61, terminal=8, session=5)
    assert scores(handover_impossible(grouped(here, beside))) == {}
    other = hour(start=START + 63, instructor=12, **far)
    assert scores(handover_impossible(grouped(here, other))) == {}


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(random: Random) -> None:
    fraud = hour(reach_mm=4_000, trace_mm=9_000, **CLEAN) + hour(terminal=8, wheel_m=150)
    mixed = fraud + fraud[:20]
    random.shuffle(mixed)
    for detector in ALONE:
        plain, again = detector(grouped(fraud)), detector(grouped(mixed))
        assert plain.numbers == again.numbers
        for name, column in vars(plain.suspicions).items():
            assert column.tolist() == getattr(again.suspicions, name).tolist()
