"""Recordings: read as they are, nothing invented, mistakes named."""

from pathlib import Path

import numpy as np
import pytest

from firmware.terminal.gnss.gnss import Gnss
from simulators.trace_day import LONGEST_S, trace_day
from simulators.traces import NmeaLog, Positions, TraceError, read_gpx, read_nmea, read_plt, read_trace

GROUND = {"type": "FeatureCollection", "features": []}
GPX = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="45.7000001" lon="126.6"><time>2026-09-15T00:10:20Z</time><sat>9</sat><hdop>1.2</hdop></trkpt>
<trkpt lat="45.7001" lon="126.6001"><time>2026-09-15T08:10:25+08:00</time></trkpt>
<trkpt lat="45.7002" lon="126.6001"><time>2026-09-15T00:10:25Z</time></trkpt>
<trkpt lat="45.7003" lon="126.6002"><time>2026-09-15T00:12:25.4Z</time></trkpt>
</trkseg></trk></gpx>"""


def test_gpx_gives_its_own_samples() -> None:
    trace = read_gpx(GPX.encode(), "a.gpx")
    assert trace.utc_s.tolist() == [1789431020, 1789431025, 1789431145]
    assert trace.lat_e7.tolist() == [457000001, 457001000, 457003000]
    assert trace.satellites.tolist() == [9, -1, -1] and trace.hdop100.tolist() == [120, -1, -1]
    assert trace.dropped == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('<!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "a.gpx: holds a DTD"),
        ("<gpx><trk>", "a.gpx: is not XML"),
        ("<gpx/>", "fewer than two samples"),
        (GPX.replace("T00:10:20Z", "T00:10:20"), "trkpt 1: the time .* has no zone"),
        (GPX.replace("2026-09-15T00:10:20Z", "soon"), "trkpt 1: 'soon' is not a time"),
        (GPX.replace('lat="45.7002"', 'lat="145.7"'), "trkpt 3: .* not on Earth"),
        (GPX.replace('lat="45.7002"', 'lat="nan"'), "trkpt 3: .* not on Earth"),
        (GPX.replace('lat="45.7002" ', ""), "trkpt 3: .* not degrees"),
    ],
)
def test_a_bad_gpx_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(TraceError, match=sentence):
        read_gpx(text.encode(), "a.gpx")


def test_a_bad_plt_is_refused_with_its_line() -> None:
    head = "Geolife trajectory\n" + "x\n" * 5
    with pytest.raises(TraceError, match="line 8: has 2 fields"):
        read_plt((head + "44.5,129.6,0,865,39299.2,2007-08-05,07:05:03\nbad,line\n").encode(), "b.plt")
    with pytest.raises(TraceError, match="line 1"):
        read_plt(b"something else", "b.plt")


def test_a_file_without_nmea_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no NMEA sentence"):
        read_nmea(b"$GPTXT,hello*00\r\n", "c.log")
    with pytest.raises(TraceError, match="cannot be read"):
        read_trace(tmp_path / "missing.log")


def test_seconds_without_a_sample_have_no_fix() -> None:
    day = trace_day(read_gpx(GPX.encode(), "a.gpx"), GROUND)
    (feed,) = day.feeds
    fixed = [second for second in range(feed.begin_s, feed.end_s) if b",A,4542" in feed.epoch(second)]
    assert fixed == [1789431020, 1789431025, 1789431145]
    pulses = [int(feed.answer(second).split(b",")[0]) for second in range(feed.begin_s, feed.end_s)]
    assert pulses == sorted(pulses) and 100 < pulses[-1] < 200
    assert len(day.plan.sessions) == 1


def terminal_fixes(data: list[bytes], floor_s: int) -> list[tuple[int, int, int]]:
    gnss = Gnss(floor_s)
    found = []
    for epoch in data:
        gnss.feed(epoch, len(epoch))
        while (read := gnss.take()) is not None:
            if read.valid:
                found.append((read.utc_s, read.lat_e7, read.lon_e7))
    gnss.idle(1000)
    return found


def test_geolife_files_reach_the_terminal_sample_by_sample(shared_data: Path) -> None:
    paths = sorted((shared_data / "geolife").glob("*.plt"))
    assert paths
    for path in paths:
        trace = read_trace(path)
        assert isinstance(trace, Positions)
        day = trace_day(trace, GROUND)
        known = dict(zip(trace.utc_s.tolist(), trace.lat_e7.tolist(), strict=True))
        for feed, session in zip(day.feeds, day.plan.sessions, strict=True):
            assert session.end_s - session.start_s <= LONGEST_S
            fixes = terminal_fixes(
                [feed.epoch(second) for second in range(feed.begin_s, feed.end_s)],
                day.settings["gnss_floor_s"],
            )
            mine = [utc for utc in known if feed.begin_s <= utc < session.end_s]
            assert [utc for utc, _, _ in fixes] == mine
            assert max(abs(known[utc] - lat) for utc, lat, _ in fixes) <= 2


def test_nmea_logs_go_out_byte_for_byte_one_time_an_epoch(shared_data: Path) -> None:
    paths = sorted((shared_data / "nmea").glob("*.log"))
    assert paths
    for path in paths:
        trace = read_trace(path)
        assert isinstance(trace, NmeaLog)
        assert b"".join(trace.epochs) == path.read_bytes()
        known = trace.utc_s[trace.utc_s > 0]
        assert (np.diff(known) >= 0).all() and trace.first_fix >= 0
        day = trace_day(trace, GROUND)
        (feed,) = day.feeds
        assert feed.epochs[: len(trace.epochs)] == list(trace.epochs)
        assert all(
            b".00,V," in epoch and b".00,A," not in epoch for epoch in feed.epochs[len(trace.epochs) :]
        )
        fixes = terminal_fixes(feed.epochs, day.settings["gnss_floor_s"])
        assert {utc for utc, _, _ in fixes} <= set(known.tolist())


def test_a_key_stays_pressed_until_the_terminal_asks() -> None:
    day = trace_day(read_gpx(GPX.encode(), "a.gpx"), GROUND)
    (feed,) = day.feeds
    (session,) = day.plan.sessions
    late_s = session.start_s + 3
    asked = [feed.answer(second)[-2:-1] for second in range(late_s, late_s + 3)]
    assert asked == [b"I", b"3", b"-"]
