"""A copy of a trace is found however it is laid; another drive over the same ground is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.screening.fixes import timeline
from ingest.screening.matching import Hits, candidates
from ingest.screening.movement import Sameness, same_movement
from ingest.screening.rails import passes_of
from ingest.screening.replay import replays
from ingest.screening.rhythm import Prints, prints_of, probes_of
from simulators.traces import Positions, read_plt
from tests.ingest.screening.traces import BEGIN_S, PLANE, Change, Drive, fixes_of, laps, noisy

DAY_S = 86_400
COPIES: dict[str, Change] = {
    "exact": lambda z, rng: z,
    "elsewhere": lambda z, rng: z + 3000 - 2000j,
    "turned": lambda z, rng: z * np.exp(0.65j),
    "mirrored": lambda z, rng: np.conj(z),
    "smaller": lambda z, rng: z * 0.9,
    "larger": lambda z, rng: z * 1.1,
    "noisy": noisy(0.5),
    "very noisy": noisy(1.5),
    "everything": lambda z, rng: noisy(0.5)(np.conj(z) * 0.93 * np.exp(1j) + 500, rng),
}


def hits_of(probes: Prints, kept: Prints) -> Hits:
    """What the table of prints answers."""
    rows = [
        (*probe[1:], *old[1:])
        for probe in zip(*(column.tolist() for column in vars(probes).values()), strict=True)
        for old in zip(*(column.tolist() for column in vars(kept).values()), strict=True)
        if probe[0] == old[0]
    ]
    return Hits.of_rows(rows)


def best(old: Drive, new: Drive) -> Sameness | None:
    """The pair's longest sameness by the way the screening goes; None where prints gave no candidate."""
    a, b = timeline(fixes_of([old])), timeline(fixes_of([new]))
    found = candidates(hits_of(probes_of(b), prints_of(a)))
    shifts = (found.shift_s + a.begin_s[0] - b.begin_s[0]).tolist()
    tried = [same_movement(a.place, a.known, b.place, b.seen, shift_s) for shift_s in shifts]
    return max(tried, key=lambda one: one.same_s, default=None)


def copied(change: Change, every_s: int = 1, seed: int = 1) -> tuple[Drive, Drive]:
    utc_s, place = laps(seed)
    kept = np.flatnonzero(utc_s % every_s == 0)
    copy = change(place, np.random.default_rng(9))
    late_s = 3 * DAY_S + 7 * (every_s == 1)
    return Drive(1, 1, utc_s, place), Drive(2, 1, utc_s[kept] + late_s, copy[kept])


@pytest.mark.parametrize("every_s", [1, 5])
@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found(name: str, every_s: int) -> None:
    found = best(*copied(COPIES[name], every_s))
    assert found is not None and found.same_s >= 1500
    assert found.residual_m < 0.5
    scale = {"smaller": 0.9, "larger": 1.1, "everything": 0.93}.get(name, 1.0)
    assert found.scale == pytest.approx(scale, abs=0.01)
    assert found.mirrored == (name in ("mirrored", "everything"))


def test_another_drive_over_the_same_ground_is_not_the_same() -> None:
    lines = [timeline(fixes_of([Drive(seed, 1, *laps(seed))])) for seed in range(1, 9)]
    longest_s = 0
    for at, new in enumerate(lines):
        for old in lines[:at]:
            found = candidates(hits_of(probes_of(new), prints_of(old)), votes_min=1)
            for shift_s in found.shift_s.tolist():
                same = same_movement(old.place, old.known, new.place, new.seen, shift_s)
                longest_s = max(longest_s, same.same_s)
    assert longest_s == 0


def test_what_repeats_is_that_much_and_no_more() -> None:
    utc_s, place = laps(1)
    _, other = laps(2)
    spliced = np.concatenate([other[:900], place[900:]])
    found = best(Drive(1, 1, utc_s, place), Drive(2, 1, utc_s + DAY_S, spliced))
    assert found is not None and 720 <= found.same_s <= 900
    assert found.begin_s >= 880


def test_a_print_does_not_depend_on_what_else_is_in_the_block() -> None:
    drives = [Drive(terminal, 1, *laps(terminal, minutes=12)) for terminal in (3, 1, 2)]
    together = prints_of(timeline(fixes_of(drives)))
    alone = [prints_of(timeline(fixes_of([drive]))) for drive in drives]
    apart = Prints.concat(alone)
    order_a, order_b = (np.lexsort((p.utc_s, p.print, p.terminal)) for p in (together, apart))
    for name, column in vars(together.take(order_a)).items():
        assert column.tolist() == getattr(apart.take(order_b), name).tolist()
    assert len(together)


def test_a_standing_car_has_no_prints_and_no_likeness() -> None:
    rng = np.random.default_rng(5)
    still = rng.normal(0, 0.3, 1800) + 1j * rng.normal(0, 0.3, 1800)
    utc_s = BEGIN_S + np.arange(1800)
    line = timeline(fixes_of([Drive(1, 1, utc_s, still)]))
    same = same_movement(line.place, line.known, line.place, line.seen, 0)
    assert same.same_s == 0 and same.compared_s == 0


def test_laps_of_a_learner_lie_beside_each_other_and_drawn_ones_on_each_other() -> None:
    driven = passes_of(timeline(fixes_of([Drive(1, 1, *laps(1, minutes=60))])))
    assert driven.pair_n[0] > 200 and driven.across_mm[0] > 400
    rng = np.random.default_rng(2)
    speed_ms = np.clip(3.0 + rng.normal(0, 1, 3600), 0.5, 6.0)
    course = 60.0 * np.exp(1j * np.cumsum(speed_ms) / 60.0)
    drawn = passes_of(timeline(fixes_of([Drive(1, 1, BEGIN_S + np.arange(3600), course)])))
    assert drawn.pair_n[0] > 200 and drawn.across_mm[0] <= 10


def test_an_empty_block_has_nothing() -> None:
    line = timeline(fixes_of([]))
    assert len(prints_of(line)) == len(probes_of(line)) == len(candidates(Hits.empty())) == 0
    assert len(passes_of(line)) == 0


def test_real_traces(shared_data: Path) -> None:
    """Three real recordings: each one's copy is found, none is like another."""
    drives = []
    for number, path in enumerate(sorted((shared_data / "geolife").glob("*.plt")), start=1):
        trace = read_plt(path.read_bytes(), path.name)
        assert isinstance(trace, Positions)
        place = as_places(trace)
        drives.append(Drive(number, 1, trace.utc_s, place))
    assert len(drives) == 3
    for old in drives:
        assert candidates(hits_of(*_probes_and_prints(old, old))).votes.max(initial=0) > 3
        for new in drives:
            if new.terminal != old.terminal:
                found = candidates(hits_of(*_probes_and_prints(old, new)))
                assert len(found) == 0


def _probes_and_prints(old: Drive, new: Drive) -> tuple[Prints, Prints]:
    return probes_of(timeline(fixes_of([new]))), prints_of(timeline(fixes_of([old])))


def as_places(trace: Positions) -> Any:
    x_m, y_m = PLANE.to_metres(trace.lat_e7, trace.lon_e7)
    return x_m + 1j * y_m


@pytest.mark.parametrize(("share", "whole"), [(0.75, True), (0.3, False)])
def test_a_session_that_is_half_a_copy_is_suspected_as_a_whole(share: float, whole: bool) -> None:
    """So much of an old drive, then one of its own."""
    utc_s, place = laps(1)
    _, other = laps(2)
    cut = int(len(place) * share)
    new = np.concatenate([place[:cut], other[cut : len(place)]])
    drives = Drive(1, 1, utc_s, place), Drive(2, 1, utc_s[: len(new)] + DAY_S, new)
    line = timeline(fixes_of(list(drives)))
    old, late = (timeline(fixes_of([drive])) for drive in drives)
    found = candidates(hits_of(probes_of(late), prints_of(old)))
    rows = replays(found, line).suspicions
    begin, last = (int(line.begin_s[1]) // 60, int(utc_s[len(new) - 1] + DAY_S) // 60)
    assert len(rows) and (rows.terminal == 2).all()
    assert (rows.first_minute.min(), rows.last_minute.max() == last) == (begin, whole)
