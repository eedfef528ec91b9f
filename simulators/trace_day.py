"""A day made of one recording: one terminal, one instructor, one trainee, the recording as its receiver.

Sessions last from the first sample to the last, cut at gaps of more than 30 minutes and after 4 hours.
Keys are pressed when there is a fix, so the first seconds of a recording lie before the session.
Wheel pulses and engine speed are derived from the recording's own movement (the wheel is assumed to turn
evenly between two samples); the engine is on throughout. Faces match.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulators import nmea
from simulators.car import rpm_at
from simulators.day import session_key
from simulators.day_model import DayPlan, SessionPlan, TerminalPlan
from simulators.feed import Feed
from simulators.nmea import Reception
from simulators.projection import Floats, Ints, LocalMetres
from simulators.scenario_model import CarSpec, PersonSpec, Scenario
from simulators.traces import NmeaLog, Positions

TERMINAL = 2399500000000001
INSTRUCTOR = 2399300000000001
TRAINEE = 2399400000000001
GAP_S = 1800
LONGEST_S = 4 * 3600
# No fix is written after the end, so that the people can sign out.
_TAIL_S = 60
_LOG_OUT_S = 32
_NEVER = 1 << 60


@dataclass
class TraceFeed:
    """Epochs and vehicle answers of one stretch of a recording, second begin_s + i each.

    A key stays pressed until the terminal asks: not every epoch of a recording makes it ask.
    """

    begin_s: int
    end_s: int
    strict_from_s: int
    patience_s: float
    epochs: list[bytes]
    answers: list[bytes]
    keys: list[tuple[int, bytes]]
    stride_s: int = 1

    def epoch(self, utc_s: int) -> bytes:
        return self.epochs[utc_s - self.begin_s]

    def answer(self, utc_s: int) -> bytes:
        key = self.keys.pop(0)[1] if self.keys and self.keys[0][0] <= utc_s else b"-"
        return b"%b,%b\n" % (self.answers[utc_s - self.begin_s], key)


@dataclass(frozen=True)
class TraceDay:
    """plan and feeds for SchoolDay (feeds_of=day.feeds_of), and the settings.json entries it needs.

    fastest: the highest factor that this recording bears. In a raw log there are epochs without a time,
    through which the terminal's own clock goes on; there the factor must leave it room.
    """

    plan: DayPlan
    feeds: tuple[TraceFeed, ...]
    settings: dict[str, Any]
    fastest: int

    def feeds_of(self, plan: DayPlan, terminal: TerminalPlan) -> list[Feed]:
        """The wires of the one terminal."""
        return list(self.feeds)


def trace_day(
    trace: Positions | NmeaLog,
    ground: dict[str, Any],
    part: int = 3,
    seed: int = 1,
    pulses_per_km: int = 4000,
) -> TraceDay:
    """Make a day of a recording inside the fences of a GeoJSON FeatureCollection."""
    feeds, sessions = (
        _of_positions(trace, part, pulses_per_km)
        if isinstance(trace, Positions)
        else _of_log(trace, part, pulses_per_km)
    )
    begin_s, end_s = feeds[0].begin_s, feeds[-1].end_s
    scenario = Scenario(
        trace.source,
        f"recording {trace.source}",
        PersonSpec(2399100000000001, "Recordings"),
        begin_s // 86400 * 86400,
        0,
        0,
        (end_s - begin_s) / 3600,
        pulses_per_km,
        15,
        120,
        ground,
        (),
        (CarSpec(TERMINAL, 2399200000000001, "记A0001学"),),
        (PersonSpec(INSTRUCTOR, "Instructor"),),
        (PersonSpec(TRAINEE, "Trainee"),),
        (),
        (),
    )
    key = session_key(seed, "key", TERMINAL)
    terminal = TerminalPlan(scenario.cars[0], key, key, tuple(sessions), (), False)
    plan = DayPlan(scenario, seed, begin_s, end_s, (terminal,), scenario.instructors, scenario.trainees, ())
    known = [s.start_s for s in sessions] or [begin_s]
    # A terminal takes dates before its floor for GPS week rollovers; recordings may be older than that.
    settings = {"gnss_floor_s": min(known) // 86400 * 86400 - 30 * 86400}
    return TraceDay(plan, tuple(feeds), settings, 600 if isinstance(trace, Positions) else 5)


def _session(index: int, part: int, start_s: int, end_s: int) -> SessionPlan:
    return SessionPlan(f"r{index + 1:02d}", TERMINAL, TRAINEE, INSTRUCTOR, part, start_s, end_s)


def _keys(session: SessionPlan, before_s: int) -> list[tuple[int, bytes]]:
    """The four keys; the instructor signs in before_s before the trainee."""
    return [
        (session.start_s - before_s, b"I"),
        (session.start_s, b"%d" % session.part),
        (session.end_s, b"O"),
        (session.end_s + 20, b"X"),
    ]


def _of_positions(
    trace: Positions, part: int, pulses_per_km: int
) -> tuple[list[TraceFeed], list[SessionPlan]]:
    feeds, sessions = [], []
    odometer_m = 0.0
    for index, (first, last) in enumerate(_stretches(trace.utc_s)):
        utc = trace.utc_s[first:last]
        begin_s, end_s = int(utc[0]), int(utc[-1]) + 1 + _TAIL_S
        seconds = np.arange(begin_s, end_s)
        travelled = _travelled(trace.lat_e7[first:last], trace.lon_e7[first:last])
        along = odometer_m + np.interp(seconds, utc, travelled)
        odometer_m += float(travelled[-1])
        session = _session(index, part, min(begin_s + 15, int(utc[-1])), int(utc[-1]) + 1)
        keys = _keys(session, before_s=10)
        feeds.append(
            TraceFeed(
                begin_s,
                end_s,
                begin_s,
                0.15,
                nmea.write(_reception(trace, first, last, seconds)),
                _answers(along, pulses_per_km),
                keys,
            )
        )
        sessions.append(session)
    return feeds, sessions


def _stretches(utc_s: Ints) -> list[tuple[int, int]]:
    """Index ranges of the samples, cut at long gaps and after the longest session."""
    found, first = [], 0
    for index in range(1, len(utc_s) + 1):
        ended = index == len(utc_s) or utc_s[index] - utc_s[index - 1] > GAP_S
        if ended or utc_s[index] - utc_s[first] > LONGEST_S - 60:
            # The next stretch starts after this one's sign-outs.
            if index - first > 1:
                found.append((first, index))
            first = index
            while not ended and first < len(utc_s) and utc_s[first] <= utc_s[index - 1] + _TAIL_S:
                first += 1
    return found


def _travelled(lat_e7: Ints, lon_e7: Ints) -> Floats:
    """Metres from the first sample to each, in straight lines from sample to sample."""
    frame = LocalMetres(float(lat_e7[0]) / 1e7, float(lon_e7[0]) / 1e7)
    x, y = frame.to_metres(lon_e7 / 1e7, lat_e7 / 1e7)
    return np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])


def _reception(trace: Positions, first: int, last: int, seconds: Ints) -> Reception:
    """Fixes only where there are samples; speed and course stay empty, as the recording has none."""

    def spread(values: Ints, nothing: int) -> Ints:
        column = np.full(len(seconds), nothing, dtype=np.int64)
        column[trace.utc_s[first:last] - seconds[0]] = values[first:last]
        return column

    none = np.full(len(seconds), -1, dtype=np.int64)
    fix = spread(np.ones(len(trace.utc_s), dtype=np.int64), 0).astype(bool)
    return Reception(
        seconds,
        fix,
        spread(trace.lat_e7, 0),
        spread(trace.lon_e7, 0),
        none,
        none,
        spread(trace.satellites, -1),
        spread(trace.hdop100, -1),
    )


def _answers(along_m: Floats, pulses_per_km: int) -> list[bytes]:
    """pulses,rpm,ignition of every second, from the distance travelled."""
    speed_kmh = np.diff(along_m, append=along_m[-1]) * 3.6
    pulses = np.floor(along_m * pulses_per_km / 1000.0).astype(np.int64).tolist()
    rpm = np.clip(rpm_at(speed_kmh), 0, 6000).astype(np.int64).tolist()
    return [b"%d,%d,1" % pair for pair in zip(pulses, rpm, strict=True)]


def _of_log(trace: NmeaLog, part: int, pulses_per_km: int) -> tuple[list[TraceFeed], list[SessionPlan]]:
    """One session. Epochs go out one a simulated second; after the last, the receiver has no fix any more."""
    count, start = len(trace.epochs), max(trace.first_fix, 0)
    known = np.flatnonzero(trace.utc_s)
    last_utc = int(trace.utc_s[known[-1]]) if len(known) else 0
    begin_s = int(trace.utc_s[known[0]]) - start if len(known) else 0
    nothing = np.zeros(_TAIL_S, dtype=np.int64)
    after = (last_utc or begin_s + count) + 1 + np.arange(_TAIL_S, dtype=np.int64)
    lost = nmea.write(Reception(after, nothing > 0, nothing, nothing, nothing, nothing, nothing, nothing))
    along = np.zeros(count + _TAIL_S)
    if len(known) > 1:
        along = np.interp(
            np.arange(count + _TAIL_S), known, _travelled(trace.lat_e7[known], trace.lon_e7[known])
        )
    session = _session(0, part, begin_s + min(start + 5, count - 1), begin_s + count + _LOG_OUT_S)
    keys = _keys(session, before_s=4)
    feed = TraceFeed(
        begin_s,
        begin_s + count + _TAIL_S,
        _NEVER,
        0.15,
        [*trace.epochs, *lost],
        _answers(along, pulses_per_km),
        keys,
    )
    return [feed], [session]
