"""What the receiver writes: an independent reading and the terminal's own parser agree with the truth."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.terminal.gnss.gnss import Gnss
from simulators import nmea
from simulators.day_model import DayPlan
from simulators.itinerary import Period, periods
from simulators.nmea import Reception, correlated
from simulators.nmea_faults import FAULTS, Fault, redated, spoil


def read_sentence(line: bytes) -> list[str]:
    """Fields of one sentence after its checksum has been found right."""
    body, _, rest = line.decode("ascii").removeprefix("$").partition("*")
    total = 0
    for letter in body:
        total ^= ord(letter)
    assert rest == f"{total:02X}\r\n"
    return body.split(",")


def degrees(text: str, side: str) -> float:
    dot = text.index(".")
    value = int(text[: dot - 2]) + float(text[dot - 2 :]) / 60
    return -value if side in "SW" else value


def reception(lat_e7: int, lon_e7: int, utc_s: int, fix: bool = True) -> Reception:
    def one(value: int) -> np.ndarray:
        return np.array([value], dtype=np.int64)

    return Reception(
        one(utc_s), np.array([fix]), one(lat_e7), one(lon_e7), one(12345), one(9050), one(14), one(83)
    )


@pytest.fixture(scope="module")
def period(plan: DayPlan) -> Period:
    return periods(plan, plan.terminals[0])[0]


@given(
    st.integers(-899_999_999, 899_999_999),
    st.integers(-1_799_999_999, 1_799_999_999),
    st.integers(0, 4_102_444_799),
)
def test_position_and_time_round_trip(lat_e7: int, lon_e7: int, utc_s: int) -> None:
    (epoch,) = nmea.write(reception(lat_e7, lon_e7, utc_s))
    rmc, gga, gsa = (read_sentence(line) for line in epoch.splitlines(keepends=True))
    assert (rmc[0], gga[0], gsa[0]) == ("GNRMC", "GNGGA", "GNGSA")
    assert rmc[2] == "A" and gga[6] == "1" and gsa[2] == "3" and len(gsa) == 19
    assert degrees(rmc[3], rmc[4]) == pytest.approx(lat_e7 / 1e7, abs=1.7e-7)
    assert degrees(rmc[5], rmc[6]) == pytest.approx(lon_e7 / 1e7, abs=1.7e-7)
    assert gga[2:6] == rmc[3:7] and gga[1] == rmc[1]
    assert (float(rmc[7]), float(rmc[8]), int(gga[7]), float(gga[8])) == (12.345, 90.5, 14, 0.83)
    when = datetime.strptime(rmc[9] + rmc[1], "%d%m%y%H%M%S.%f").replace(tzinfo=UTC)
    assert (when - datetime.fromtimestamp(utc_s, UTC)).total_seconds() % (100 * 365.25 * 86400) < 1


def test_no_fix_says_so_and_gives_no_position() -> None:
    (epoch,) = nmea.write(reception(457000000, 1266000000, 1789430400, fix=False))
    rmc, gga, gsa = (read_sentence(line) for line in epoch.splitlines(keepends=True))
    assert rmc[2] == "V" and rmc[3:7] == [""] * 4 and gga[6] == "0" and gga[2:6] == [""] * 4 and gsa[2] == "1"


def test_the_same_seed_gives_the_same_bytes(period: Period) -> None:
    def written(seed: int) -> list[bytes]:
        return nmea.write(nmea.receive(period.motion, np.random.default_rng(seed)), 0, 200)

    assert written(3) == written(3)
    assert written(3) != written(4)


def test_noise_is_of_the_size_and_slowness_asked_for() -> None:
    noise = correlated(np.random.default_rng(5), 200_000, 1.2, 150.0)
    assert noise.std() == pytest.approx(1.2, rel=0.1)
    lagged = float(np.corrcoef(noise[:-150], noise[150:])[0, 1])
    assert lagged == pytest.approx(np.exp(-1.0), abs=0.08)


def test_the_terminal_reads_every_epoch_near_the_truth(period: Period) -> None:
    gnss = Gnss()
    epochs = nmea.write(nmea.receive(period.motion, np.random.default_rng(2)))
    read = []
    for epoch in epochs:
        gnss.feed(epoch, len(epoch))
        read.append(gnss.take())
    assert gnss.refused == 0 and all(epoch is not None for epoch in read)
    assert [e.utc_s for e in read] == list(range(period.begin_s, period.end_s))
    fixes = [(i, e) for i, e in enumerate(read) if e.valid]
    assert len(fixes) == len(epochs) - 6
    off_m = [abs(e.lat_e7 - int(period.motion.lat_e7[i])) * 0.0111 for i, e in fixes]
    assert 0.3 < float(np.sqrt(np.mean(np.square(off_m)))) < 3.0
    assert all(9 <= e.satellites <= 26 and 2 <= e.hdop_fifth <= 12 for _, e in fixes)


def twenty_epochs() -> list[bytes]:
    """A car that stands at 45.7 N 126.6 E for 20 seconds."""
    return [nmea.write(reception(457000000, 1266000000, 1789430400 + i))[0] for i in range(20)]


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from(FAULTS))
def test_spoilt_epochs_never_give_an_invented_fix(seed: int, fault: Fault) -> None:
    rng = random.Random(seed)
    gnss = Gnss()
    valid = 0
    for epoch in twenty_epochs():
        data = fault(epoch, rng) if rng.random() < 0.5 else epoch
        gnss.feed(data, len(data))
    gnss.idle(1000)
    while (read := gnss.take()) is not None:
        valid += read.valid
        assert not read.valid or (read.lat_e7, read.lon_e7) == (457000000, 1266000000)
    assert valid > 0


def test_spoiling_is_deterministic_and_spoils_about_the_share() -> None:
    epochs = twenty_epochs() * 20
    spoilt = spoil(epochs, seed=9, share=0.25)
    assert spoilt == spoil(epochs, seed=9, share=0.25)
    changed = sum(one != other for one, other in zip(epochs, spoilt, strict=True))
    assert 60 <= changed <= 140


@pytest.mark.parametrize(("seconds", "weeks"), [(0, 0), (18, 0), (-86400, 0), (-1024 * 604800, 1024)])
def test_a_redated_epoch_is_read_at_its_new_time(seconds: int, weeks: int) -> None:
    gnss = Gnss()
    (epoch,) = nmea.write(reception(457000000, 1266000000, 1789430400))
    data = redated(epoch, seconds)
    gnss.feed(data, len(data))
    read = gnss.take()
    assert read is not None and read.valid and gnss.refused == 0
    assert (read.utc_s, read.weeks) == (1789430400 + seconds + weeks * 604800, weeks)
    assert redated(data, -seconds) == epoch
