"""One epoch: the integers of an RMC and a GGA of the same time, and whether they are a fix."""

from collections import namedtuple

from firmware.terminal.gnss.nmea import arc_e7, scaled

SPEED_UNKNOWN = 2047
HEADING_UNKNOWN = 511
HDOP_UNKNOWN = 63
# One unit of 4 decimals of a minute, the fewest that receivers send.
ROUNDED_E7 = 17

_QUALITIES = (b"1", b"2", b"4", b"5", b"6")
# Autonomous, differential, estimated, float, precise, real-time; older receivers send none.
_RMC_MODES = (b"", b"A", b"D", b"E", b"F", b"P", b"R")

# utc_s         Unix seconds, 0 while no date or time is known (and in a leap second)
# valid         True: a fix; everything below may be used. False: position 0, motion unknown
# second        0..59 of the minute, -1 unknown
# lat_e7 lon_e7 1e-7 degree, WGS-84, rounded half away from zero
# speed_kmh10   0.1 km/h, 0..2046 (2046: that or more), 2047 unknown
# heading_deg   0..359, 511 unknown
# satellites    0..31 (31: that or more)
# hdop_fifth    steps of 0.2 rounded up, 63: unknown, or more than 12.4
# estimated     True: dead reckoning
# fix_mode      1 none, 2 flat, 3 with height, 0 unknown
# weeks         GPS weeks that the date had lost and got back: 0, 1024, 2048 or more
Epoch = namedtuple(
    "Epoch",
    (
        "utc_s",
        "valid",
        "second",
        "lat_e7",
        "lon_e7",
        "speed_kmh10",
        "heading_deg",
        "satellites",
        "hdop_fifth",
        "estimated",
        "fix_mode",
        "weeks",
    ),
)


def epoch_of(key, utc_s, weeks, rmc, gga, fix_mode, guessed):
    """The Epoch of an RMC and a GGA (lists of fields, or None) at nmea.time_key `key`.

    guessed: another sentence of this time says that the position is dead reckoning.
    """
    second = key // 1000 % 100 if key >= 0 else -1
    if second > 59:
        second = -1
    satellites = 0
    hdop_fifth = HDOP_UNKNOWN
    if gga is not None:
        if gga[7].isdigit():
            satellites = min(int(gga[7]), 31)
        hdop_fifth = scaled(gga[8], 5, 1, True)
        # No geometry gives 0: receivers send it for unknown.
        if not 0 < hdop_fifth < HDOP_UNKNOWN:
            hdop_fifth = HDOP_UNKNOWN
    lat_e7 = lon_e7 = None
    if utc_s and _is_fix(rmc, gga):
        lat_e7 = arc_e7(rmc[3], rmc[4], b"N", b"S", 90)
        lon_e7 = arc_e7(rmc[5], rmc[6], b"E", b"W", 180)
    valid = lat_e7 is not None and lon_e7 is not None and _agree(lat_e7, lon_e7, rmc, gga)
    speed_kmh10 = SPEED_UNKNOWN
    heading_deg = HEADING_UNKNOWN
    estimated = False
    if valid:
        speed_kmh10 = _speed(rmc[7])
        heading_deg = _heading(rmc[8])
        estimated = guessed or gga[6] == b"6" or (len(rmc) > 12 and rmc[12] == b"E")
    else:
        lat_e7 = lon_e7 = 0
    return Epoch(
        utc_s,
        valid,
        second,
        lat_e7,
        lon_e7,
        speed_kmh10,
        heading_deg,
        satellites,
        hdop_fifth,
        estimated,
        fix_mode,
        weeks,
    )


def _is_fix(rmc, gga):
    """Both sentences, of the same time, say that there is a fix that a receiver measured."""
    return (
        rmc is not None
        and gga is not None
        and gga[1] != b""
        and rmc[2] == b"A"
        and gga[6] in _QUALITIES
        and gga[2] != b""
        and gga[4] != b""
        and (len(rmc) < 13 or rmc[12] in _RMC_MODES)
    )


def _agree(lat_e7, lon_e7, rmc, gga):
    """Whether the GGA says the RMC's position: two wrong bytes can leave one checksum right, hardly both."""
    if rmc[3:7] == gga[2:6]:
        return True
    gga_lat_e7 = arc_e7(gga[2], gga[3], b"N", b"S", 90)
    gga_lon_e7 = arc_e7(gga[4], gga[5], b"E", b"W", 180)
    if gga_lat_e7 is None or gga_lon_e7 is None:
        return False
    # The two may have different numbers of decimals.
    return abs(gga_lat_e7 - lat_e7) <= ROUNDED_E7 and abs(gga_lon_e7 - lon_e7) <= ROUNDED_E7


def _speed(knots):
    """1 knot = 1.852 km/h, by definition."""
    speed_kmh10 = scaled(knots, 1852, 100)
    return min(speed_kmh10, SPEED_UNKNOWN - 1) if speed_kmh10 >= 0 else SPEED_UNKNOWN


def _heading(degrees):
    heading_deg = scaled(degrees, 1, 1)
    return heading_deg % 360 if 0 <= heading_deg <= 360 else HEADING_UNKNOWN
