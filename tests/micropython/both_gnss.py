"""GNSS on both interpreters: known epochs with known values, then thousands of damaged streams.

Run as `micropython FILE FOLDER [LOG]` and `python FILE FOLDER [LOG]` with the repository as the
search path; the folder is not used. Every line printed must be the same on both; a line that
begins with BAD is a wrong value. With a LOG it prints the epochs of that recording instead.
"""

import sys

from firmware.terminal.gnss.gnss import Gnss
from firmware.terminal.gnss.nmea import arc_e7, date_days, scaled, time_key

TIME_S = 1785999600 + 951  # 2026-08-06 07:15:51 UTC


def sentence(body):
    check = 0
    for byte in body:
        check ^= byte
    return b"$" + body + b"*%02X\r\n" % check


LAT = b"4739.71754,N"
LON = b"12219.58177,W"
REST = b"19.44,286.5,060826,,,A,V"


def rmc(time=b"071551.000", status=b"A", lat=LAT, lon=LON, rest=REST):
    return sentence(b",".join((b"GNRMC", time, status, lat, lon, rest)))


def gga(time=b"071551.000", lat=LAT, lon=LON, quality=b"1", satellites=b"17", hdop=b"0.8"):
    return sentence(b",".join((b"GPGGA", time, lat, lon, quality, satellites, hdop, b"77.5,M,-21.6,M,,")))


def gsa(mode=b"3"):
    return sentence(b"GNGSA,A," + mode + b",01,06,14,15,17,19,20,22,24,30,,,1.3,0.8,1.1,1")


def gns(time, modes):
    return sentence(b"GNGNS," + time + b",4739.71754,N,12219.58177,W," + modes + b",17,0.8,77.5,-21.6,,,V")


def run(data, step=0, idle=True, floor_s=None):
    """The epochs of a byte string, as plain tuples, fed in steps of so many bytes."""
    gnss = Gnss() if floor_s is None else Gnss(floor_s)
    step = step or len(data) or 1
    epochs = []
    for start in range(0, len(data), step):
        piece = data[start : start + step]
        gnss.feed(bytearray(piece), len(piece))
    if idle:
        gnss.idle(149)
        gnss.idle(150)
    epoch = gnss.take()
    while epoch is not None:
        epochs.append(tuple(epoch))
        epoch = gnss.take()
    return epochs


def check(name, got, want):
    print("ok" if got == want else "BAD", name, got, "" if got == want else want)


FIX = (TIME_S, True, 51, 476619590, -1223263628, 360, 287, 17, 4, False, 3, 0)
NO_FIX = (TIME_S, False, 51, 0, 0, 2047, 511, 17, 4, False, 3, 0)
RMC_ONLY = (TIME_S, False, 51, 0, 0, 2047, 511, 0, 63, False, 3, 0)
GOOD = rmc() + gga() + gsa()


def with_fix(at, value):
    return FIX[:at] + (value,) + FIX[at + 1 :]


def no_fix(at, value):
    return NO_FIX[:at] + (value,) + NO_FIX[at + 1 :]


def values():
    check("whole", run(GOOD, idle=False), [FIX])
    for step in (1, 2, 7, 64, 100):
        check(f"cut in {step}", run(GOOD, step, idle=False), [FIX])
    check("other order", run(gga() + gsa() + gsa() + rmc(), idle=False), [FIX])
    check("no GSA, silence", run(rmc() + gga()), [with_fix(10, 0)])
    check("no GSA, next time", run(rmc() + gga() + rmc(b"071552.000"), idle=False), [with_fix(10, 0)])
    check("small letters", run(GOOD.lower()), [])
    check("small check digits", run(rmc()[:-4] + rmc()[-4:].lower() + gga() + gsa()), [FIX])
    check("any decimals", arc_e7(b"4739.7175412345678901234567890123", b"S", b"N", b"S", 90), -476619590)
    check("half away", [arc_e7(b"0000.000003", s, b"N", b"S", 90) for s in (b"N", b"S")], [1, -1])
    check("half away, long", arc_e7(b"00000.00000300", b"W", b"E", b"W", 180), -1)
    check("below half", arc_e7(b"0000.0000029999", b"N", b"N", b"S", 90), 0)
    check("the poles", arc_e7(b"9000.0000", b"S", b"N", b"S", 90), -900000000)
    check("date line", arc_e7(b"18000.00000", b"E", b"E", b"W", 180), 1800000000)
    check("no decimals", arc_e7(b"4730", b"N", b"N", b"S", 90), 475000000)
    check("one knot", scaled(b"1", 1852, 100), 19)
    keys = (b"000000", b"235960.9", b"", b"240000", b"12345", b"123456.")
    check("time", [time_key(t) for t in keys], [0, 235960900, -1, -2, -2, 123456000])
    dates = (b"010170", b"060180", b"290224", b"290223", b"310420", b"000120", b"")
    check("days", [date_days(d) for d in dates], [36525, 3657, 19782, -1, -1, -1, -1])


def refusals():
    for name, data in (
        ("status V", rmc(status=b"V") + gga() + gsa()),
        ("quality 7", rmc() + gga(quality=b"7") + gsa()),
        ("quality 8", rmc() + gga(quality=b"8") + gsa()),
        ("quality 0", rmc() + gga(quality=b"0") + gsa()),
        ("quality empty", rmc() + gga(quality=b"") + gsa()),
        ("GGA without position", rmc() + gga(lat=b",", lon=b",") + gsa()),
        ("mode N", rmc(rest=b"19.44,286.5,060826,,,N,V") + gga() + gsa()),
        ("mode M", rmc(rest=b"19.44,286.5,060826,,,M,V") + gga() + gsa()),
        ("mode S", rmc(rest=b"19.44,286.5,060826,,,S,V") + gga() + gsa()),
        ("minutes 60", rmc(lat=b"4760.00000,N") + gga() + gsa()),
        ("latitude 90+", rmc(lat=b"9000.00010,N") + gga() + gsa()),
        ("longitude 180+", rmc(lon=b"18100.00000,W") + gga() + gsa()),
        ("hemisphere", rmc(lat=b"4739.71754,X") + gga() + gsa()),
        ("swapped", rmc(lat=b"4739.71754,E") + gga() + gsa()),
        ("signed", rmc(lat=b"-739.71754,N") + gga() + gsa()),
        ("letters", rmc(lat=b"4739.7_754,N") + gga() + gsa()),
        ("empty position", rmc(lat=b",", lon=b",") + gga() + gsa()),
    ):
        check(name, run(data), [NO_FIX])
    check("no date", run(rmc(rest=b"19.44,286.5,,,,A,V") + gga() + gsa()), [no_fix(0, 0)])
    check("30 February", run(rmc(rest=b"19.44,286.5,300226,,,A,V") + gga() + gsa()), [no_fix(0, 0)])
    check("no RMC", run(gga() + gsa()), [no_fix(0, 0)])
    check("no GGA", run(rmc() + gsa()), [RMC_ONLY])
    nothing = (0, False, -1, 0, 0, 2047, 511, 0, 63, False, 1, 0)
    start = sentence(b"GPRMC,,V,,,,,,,,,,N") + sentence(b"GPGGA,,,,,,0,,,,,,,,") + gsa(b"1")
    check("cold start", run(start), [nothing])
    check("two cold seconds", run(start + start, idle=False), [nothing, nothing])
    check("untimed GGA", run(rmc() + gga(time=b"") + gsa()), [NO_FIX])
    check("untimed RMC", run(rmc(time=b"") + gga() + gsa()), [no_fix(0, 0)])
    times = b"235960.000", b"000000.000"
    leap = run(b"".join([rmc(t) + gga(t) + gsa() for t in times]))
    check("leap second", [epoch[:3] for epoch in leap], [(0, False, -1), (TIME_S - 26151, True, 0)])
    check("talker QZ", run(GOOD.replace(b"GN", b"QZ").replace(b"GP", b"QZ")), [])


def damage():
    half = rmc()[:30]
    check("half line", run(half + b"\r\n" + GOOD), [FIX])
    check("half line glued", run(half + GOOD), [FIX])
    check("lost line ends", run(GOOD.replace(b"\r\n", b"")), [FIX])
    check("lost dollar", run(rmc() + gga()[1:] + gsa()), [RMC_ONLY])
    check("wrong digit", run(rmc().replace(b"39.71", b"39.72") + gga() + gsa()), [no_fix(0, 0)])
    check("no check digits", run(rmc()[:-5] + b"\r\n" + rmc()[:-3] + b"\r\n" + GOOD), [FIX])
    split = sentence(b"GNRMC,071551.000,A,4739.71754,N,12219.58177,W,1,2,060826,\n\n,,A,V")
    check("line ends inside", run(split + gga() + gsa()), [no_fix(0, 0)])
    ubx = b"\xb5\x62\x01\x07\x24\x00$GN\x2a$$GNRMC,\n\x00*"
    check("binary between", run(ubx + rmc() + ubx + gga() + ubx + gsa() + ubx), [FIX])
    check("too long", run(sentence(b"GNRMC,071551.000,A," + b"0" * 90) + GOOD), [FIX])
    gnss = Gnss()
    gnss.feed(b"$GNRMC," + b"0" * 200 + rmc().replace(b"*", b"*F"), 300)
    check("refused", gnss.refused, 2)
    long = [sentence(b"GPGSA,A,3," + b"," * n) for n in (86, 87)]
    got = [(len(s) - 2, run(s + rmc() + gga())[0][10]) for s in long]
    check("bytes and fix mode", got, [(100, 3), (101, 0)])


def times():
    other = rmc(b"071552.000") + gga() + gsa()
    check("times differ", [epoch[:3] for epoch in run(other)], [(TIME_S + 1, False, 52), (0, False, 51)])
    tenths = [b"0715%02d.%d00" % (s, t) for s in (50, 51, 52) for t in range(10)]
    ten = b"".join([rmc(t) + gga(t) + gsa() for t in tenths])
    check("10 Hz", [epoch[0] for epoch in run(ten)], [TIME_S - 1, TIME_S, TIME_S + 1])
    part = ten[ten.index(b"$GNRMC,071550.300") :]
    check("10 Hz from .3", [epoch[0] for epoch in run(part)], [TIME_S, TIME_S + 1])
    drift = (b"071550.96", b"071551.98", b"071552.99", b"071554.00")
    odd = b"".join([rmc(t) + gga(t) + gsa() for t in drift])
    check("fraction never 0", [epoch[0] for epoch in run(odd)], [TIME_S, TIME_S + 1, TIME_S + 3])
    check("repeated", run(GOOD + GOOD + gga() + rmc()), [FIX])
    late = GOOD + rmc(b"071552.000") + rmc() + gga() + gga(b"071552.000") + gsa()
    check("late again", [epoch[:2] for epoch in run(late)], [(TIME_S, True), (TIME_S + 1, True)])
    names = rmc() + rmc().replace(b"GN", b"GP") + gga() + gsa()
    check("two talkers", run(names), [FIX])
    late = GOOD + gsa(b"2") + rmc(b"071552.000") + gga(b"071552.000") + gsa()
    check("second GSA of the last", [epoch[10] for epoch in run(late)], [3, 3])
    early = gns(b"071551.000", b"AA") + gsa(b"2") + gga() + rmc() + gns(b"071552.000", b"AA") + gsa(b"3")
    check("GSA first", [epoch[10] for epoch in run(early, idle=False)], [2])
    fixed = run(rmc(rest=b"0,0,211206,,,A") + gga() + gsa())
    check("one rollover", [(e[0], e[11]) for e in fixed], [(TIME_S, 1024)])
    fixed = run(rmc(rest=b"0,0,070587,,,A") + gga() + gsa())
    check("two rollovers", [(e[0], e[11]) for e in fixed], [(TIME_S, 2048)])
    fixed = run(rmc(rest=b"0,0,211206,,,A") + gga() + gsa(), floor_s=0)
    check("old recording", [(e[0], e[11]) for e in fixed], [(TIME_S - 1024 * 7 * 86400, 0)])


def motion():
    def of(at, rest=b"19.44,286.5,060826,,,A,V", **more):
        return run(rmc(rest=rest) + gga(**more) + gsa())[0][at]

    speeds = (b"0", b"0.027", b"0.026", b"110.5", b"999.9", b"", b"-1")
    check("speed", [of(5, s + b",,060826,,,A,V") for s in speeds], [0, 1, 0, 2046, 2046, 2047, 2047])
    headings = (b"0", b"359.49", b"359.5", b"360.0", b"361", b"", b"1_0", b".5")
    got = [of(6, b"1," + h + b",060826,,,A,V") for h in headings]
    check("heading", got, [0, 359, 0, 0, 511, 511, 511, 1])
    check("satellites", [of(7, satellites=s) for s in (b"", b"4", b"31", b"45", b"x")], [0, 4, 31, 31, 0])
    hdops = (b"0.2", b"0.21", b"0.80", b"12.4", b"12.41", b"12.6", b"99.99", b"", b"0.0")
    check("hdop", [of(8, hdop=h) for h in hdops], [1, 2, 4, 62, 63, 63, 63, 63, 63])
    check("quality 2 4 5", [of(9, quality=q) for q in (b"2", b"4", b"5")], [False, False, False])
    check("quality 6", of(9, quality=b"6"), True)
    check("mode E", of(9, b"1,2,060826,,,E,V"), True)
    for modes, want in ((b"EE", True), (b"EN", True), (b"AE", False), (b"NN", False)):
        check("GNS " + modes.decode(), run(gns(b"071551.000", modes) + GOOD)[0][9], want)
    check("GNS of another time", run(gns(b"071550.000", b"EE") + GOOD)[0][9], False)


def random_streams():
    """Damage at random, the same on both: what comes out is summed up, chunking must not matter."""
    seed = 20260806
    total = 0
    fixes = 0
    stream = b"".join([rmc(b"0715%02d.000" % s) + gga(b"0715%02d.000" % s) + gsa() for s in range(4)])
    for _ in range(400):
        data = bytearray(stream)
        for _ in range(4):
            seed = (seed * 1103 + 12345) % 1000003
            at = seed % len(data)
            kind = seed // 7 % 4
            if kind == 0:
                data[at] = seed // 31 % 256
            elif kind == 1:
                data = data[:at] + data[at + seed // 31 % 40 :]
            elif kind == 2:
                data = data[:at] + bytearray((36, 71, 78, 10, seed % 256)) + data[at:]
            else:
                data = data[:at] + data[at - seed // 31 % 60 :]
        data = bytes(data)
        epochs = run(data)
        if run(data, 1 + seed % 50) != epochs:
            print("BAD chunking", data)
        for epoch in epochs:
            if epoch[1]:
                fixes += 1
                if epoch[3:5] != FIX[3:5]:
                    print("BAD invented", epoch, data)
            for value in epoch:
                total = (total * 31 + int(value)) % 1000000007
    print("ok" if fixes > 400 else "BAD", "random streams", fixes, total)


def recording(path):
    """Print the epochs of a log, taken as they come from pieces of 300 bytes."""
    gnss = Gnss()
    piece = bytearray(300)
    with open(path, "rb") as file:
        while True:
            count = file.readinto(piece)
            if count:
                gnss.feed(piece, count)
            else:
                gnss.idle(150)
            epoch = gnss.take()
            while epoch is not None:
                print(*epoch)
                epoch = gnss.take()
            if not count:
                break
    print("refused", gnss.refused)


if len(sys.argv) > 2:
    recording(sys.argv[2])
else:
    for part in (values, refusals, damage, times, motion, random_streams):
        part()
