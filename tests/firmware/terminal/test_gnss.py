"""GNSS epochs by Hypothesis and on real recordings, against an oracle in fractions and datetime."""

import functools
import os
import random
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.terminal.gnss.epoch import Epoch
from firmware.terminal.gnss.gnss import FLOOR_S, Gnss
from firmware.terminal.gnss.nmea import arc_e7, scaled

SHARED = Path(
    os.environ.get("HOURFENCE_SHARED_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data")
)
LOGS = sorted(SHARED.glob("nmea/*.log"))
FIX_QUALITIES = {"1", "2", "4", "5", "6"}
CUTS = st.lists(st.integers(1, 700), min_size=1, max_size=30)


def sentence(body: str) -> bytes:
    return f"${body}*{functools.reduce(lambda a, b: a ^ b, body.encode()):02X}\r\n".encode()


def run(data: bytes, cuts: list[int], floor_s: int = FLOOR_S) -> tuple[list[Epoch], int]:
    gnss = Gnss(floor_s)
    at = turn = 0
    epochs = []
    while at < len(data):
        size = min(cuts[turn % len(cuts)], len(data) - at)
        # A read buffer is longer than what was read: the rest must not count.
        gnss.feed(memoryview(data[at : at + size] + b"$GNRMC,"), size)
        at += size
        turn += 1
    gnss.idle(150)
    while (epoch := gnss.take()) is not None:
        epochs.append(epoch)
    return epochs, gnss.refused


def exact_e7(field: str, hemisphere: str) -> int:
    """ddmm.mmmm to 1e-7 degree in fractions, half away from zero."""
    dot = (field + ".").index(".")
    e7 = (int(field[: dot - 2]) + Fraction(field[dot - 2 :]) / 60) * 10**7
    nearest = int(e7 + Fraction(1, 2))
    return -nearest if hemisphere in "SW" else nearest


def second_of(moment: datetime, lat: str, ns: str, lon: str, ew: str) -> bytes:
    time = moment.strftime("%H%M%S") + ".00"
    return (
        sentence(f"GNRMC,{time},A,{lat},{ns},{lon},{ew},1.5,90.0,{moment:%d%m%y},,,A")
        + sentence(f"GNGGA,{time},{lat},{ns},{lon},{ew},1,12,0.9,40.0,M,0.0,M,,")
        + sentence("GNGSA,A,3,01,02,03,,,,,,,,,,1.5,0.9,1.2")
    )


def arcs(degrees: int, width: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda whole, minutes, decimals: f"{whole:0{width}d}{minutes:02d}{decimals}",
        st.integers(0, degrees - 1),
        st.integers(0, 59),
        st.one_of(st.just(""), st.text("0123456789", max_size=14).map(lambda digits: "." + digits)),
    )


moments = st.datetimes(datetime(2020, 1, 1), datetime(2079, 12, 31, 23, 59, 59)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


def known(seconds: int) -> bytes:
    moment = datetime(2026, 8, 6, 7, 15, 51 + seconds, tzinfo=UTC)
    return second_of(moment, "4739.71754", "N", "12219.5", "W")


# Pieces of real sentences, so that damage lands where it matters.
SNIPPETS = [b"$", b"*", b"\r\n", b"\n", b",", b"$GNRMC,", b"$GPGGA,", b"$GNGSA,A,3,*", b"\xb5b$$", b"0" * 60]
EMPTIES = ["GNRMC,,V,,,,,,,,,,N", "GPGGA,,,,,,0,,,,,,,,", "GNRMC,071553.00,A,1", "GNGGA,", "GPGSA", "GNGNS"]
ALPHABET = "*,.0123456789ANSEWVGPR"
PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(SNIPPETS),
    st.integers(0, 3).map(known),
    st.builds(lambda at, size: known(2)[at : at + size], st.integers(0, 150), st.integers(1, 150)),
    st.sampled_from(EMPTIES).map(sentence),
    st.text(ALPHABET, max_size=70).map(lambda text: sentence("GNRMC," + text)),
    st.text(ALPHABET, max_size=70).map(lambda text: sentence("GPGGA,071551.00," + text)),
)
STREAMS = st.lists(PIECES, max_size=14).map(b"".join)


@given(STREAMS, CUTS)
def test_any_bytes_never_raise_and_pieces_do_not_change_the_epochs(data: bytes, cuts: list[int]) -> None:
    assert run(data, cuts) == run(data, [len(data) or 1]) == run(data, [1])


def right_sentences(data: bytes) -> list[list[str]]:
    """Every `$...*hh` with a right checksum, by a regular expression instead of the firmware's scan."""
    found = []
    for match in re.finditer(rb"(?=\$(G[NPBLA]|BD)((?:RMC|GGA),[^$*\n]*)\*([0-9A-Fa-f]{2}))", data):
        body = match[1] + match[2]
        if functools.reduce(lambda a, b: a ^ b, body) == int(match[3], 16):
            found.append(body.decode("latin-1").split(","))
    return found


def assert_backed(epoch: Epoch, sentences: list[list[str]]) -> None:
    """A valid epoch has an RMC with status A of its second and position and a GGA with a fix beside it."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch.utc_s)
    hhmmss = f"{moment:%H%M%S}"
    rmcs = [
        fields
        for fields in sentences
        if fields[0][2:] == "RMC"
        and len(fields) > 11
        and fields[1][:6] == hhmmss
        and fields[2] == "A"
        and fields[9] == f"{moment:%d%m%y}"
        and exact_e7(fields[3], fields[4]) == epoch.lat_e7
        and exact_e7(fields[5], fields[6]) == epoch.lon_e7
    ]
    assert rmcs, epoch
    times = {fields[1] for fields in rmcs}
    ggas = [fields for fields in sentences if fields[0][2:] == "GGA" and len(fields) > 9]
    assert FIX_QUALITIES & {fields[6] for fields in ggas if fields[1] in times}, epoch


@given(STREAMS, st.integers(0, 400), st.integers(1, 255))
def test_a_fix_only_comes_from_sentences_with_right_checksums(data: bytes, at: int, flip: int) -> None:
    if data:
        at %= len(data)
        data = data[:at] + bytes((data[at] ^ flip,)) + data[at + 1 :]
    for epoch in run(data, [64])[0]:
        if epoch.valid:
            assert_backed(epoch, right_sentences(data))


@given(moments, arcs(90, 2), st.sampled_from("NS"), arcs(180, 3), st.sampled_from("EW"))
def test_positions_and_times_come_back_to_the_last_digit(
    moment: datetime, lat: str, ns: str, lon: str, ew: str
) -> None:
    (epoch,), refused = run(second_of(moment, lat, ns, lon, ew), [64])
    assert refused == 0
    position = exact_e7(lat, ns), exact_e7(lon, ew)
    rest = 28, 90, 12, 5, False, 3, 0
    assert epoch == Epoch(int(moment.timestamp()), True, moment.second, *position, *rest)


@given(st.integers(-900000000, 900000000), st.integers(7, 12))
def test_a_position_written_with_enough_decimals_is_read_back(lat_e7: int, decimals: int) -> None:
    degrees, rest = divmod(abs(lat_e7), 10**7)
    minutes = rest * 60 * 10 ** (decimals - 7)
    text = f"{degrees:02d}{minutes // 10**decimals:02d}.{minutes % 10**decimals:0{decimals}d}"
    assert arc_e7(text.encode(), b"S" if lat_e7 < 0 else b"N", b"N", b"S", 90) == lat_e7


@given(st.decimals(0, 1000, allow_nan=False, places=4))
def test_speed_and_hdop_are_exact(value: object) -> None:
    exact = Fraction(str(value))
    field = str(value).encode()
    assert scaled(field, 1852, 100) == int(exact * Fraction("18.52") + Fraction(1, 2))
    assert scaled(field, 5, 1, True) == -int(-exact * 5 // 1)


@given(moments, st.integers(1, 2))
def test_lost_gps_weeks_are_put_back(moment: datetime, times: int) -> None:
    period = timedelta(weeks=1024)
    lost = moment - times * period
    day = second_of(lost, "0000.0", "N", "00000.0", "E")
    back = lost
    weeks = 0
    while back.timestamp() < FLOOR_S:
        back += period
        weeks += 1024
    if lost.year < 1980:
        return
    (epoch,), _ = run(day, [64])
    assert (epoch.utc_s, epoch.weeks) == (int(back.timestamp()), weeks)


def rows(log: Path) -> tuple[list[list[str]], dict[str, set[str]]]:
    """RMC rows of a recording in their order, and the GGA qualities of each time."""
    rmcs = []
    qualities: dict[str, set[str]] = {}
    for fields in right_sentences(log.read_bytes()):
        if fields[0].endswith("RMC"):
            rmcs.append(fields)
        else:
            qualities.setdefault(fields[1], set()).add(fields[6])
    return rmcs, qualities


def own_fixes(log: Path) -> dict[int, tuple[int, int]]:
    """Position (1e-7 degree) by Unix second that the recording's own sentences give."""
    rmcs, qualities = rows(log)
    expected: dict[int, tuple[int, int]] = {}
    for fields in rmcs:
        if fields[2] != "A" or qualities.get(fields[1], set()).isdisjoint(FIX_QUALITIES):
            continue
        moment = datetime.strptime(fields[9] + fields[1][:6], "%d%m%y%H%M%S").replace(tzinfo=UTC)
        position = exact_e7(fields[3], fields[4]), exact_e7(fields[5], fields[6])
        expected.setdefault(int(moment.timestamp()), position)
    return expected


@pytest.mark.shared_data
@pytest.mark.skipif(not LOGS, reason=f"no recordings in {SHARED / 'nmea'}: set HOURFENCE_SHARED_DATA")
@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_every_fix_of_a_recording_is_the_receivers_own(log: Path) -> None:
    expected = own_fixes(log)
    epochs, refused = run(log.read_bytes(), [300])
    fixes = {epoch.utc_s: (epoch.lat_e7, epoch.lon_e7) for epoch in epochs if epoch.valid}
    # A receiver whose fraction is never 0 shows that only with its second epoch.
    assert [second for second in expected if second not in fixes] in ([], [min(expected)])
    assert fixes.items() <= expected.items()
    assert len([epoch for epoch in epochs if epoch.valid]) == len(fixes)
    assert len(fixes) > 10
    assert refused == 0


@pytest.mark.shared_data
@pytest.mark.skipif(not LOGS, reason=f"no recordings in {SHARED / 'nmea'}: set HOURFENCE_SHARED_DATA")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_no_damage_to_a_recording_invents_a_fix(log: Path, seed: int) -> None:
    """One byte in 300 is wrong, and one in 15000 is missing."""
    rng = random.Random(seed)
    data = bytearray(log.read_bytes())
    for _ in range(len(data) // 300):
        data[rng.randrange(len(data))] ^= rng.randint(1, 255)
    for _ in range(len(data) // 15000):
        del data[rng.randrange(len(data))]
    expected = own_fixes(log)
    epochs, refused = run(bytes(data), [300])
    fixes = {epoch.utc_s: (epoch.lat_e7, epoch.lon_e7) for epoch in epochs if epoch.valid}
    assert fixes.items() <= expected.items()
    assert len(fixes) > len(expected) // 3
    assert refused > 0
