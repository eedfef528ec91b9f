"""What else is on a receiver's line, on both interpreters: ten epochs a second, vendor binary, antenna
remarks, every cut and every flipped bit.

Run as `micropython FILE FOLDER` and `python FILE FOLDER`; the folder is not used. A line that begins with
BAD is a wrong value.
"""

from firmware.terminal.gnss.gnss import Gnss

NOON_S = 1786017600  # 2026-08-06 12:00:00 UTC


def sentence(body):
    check = 0
    for byte in body:
        check ^= byte
    return b"$" + body + b"*%02X\r\n" % check


def rmc(time, place=b"4739.71754,N,12219.58177,W", date=b"060826"):
    return sentence(b"GNRMC," + time + b",A," + place + b",19.44,286.5," + date + b",,,A,V")


def gga(time, place=b"4739.71754,N,12219.58177,W"):
    return sentence(b"GPGGA," + time + b"," + place + b",1,17,0.8,77.5,M,-21.6,M,,")


GSA = sentence(b"GNGSA,A,3,01,06,14,15,17,19,20,22,24,30,,,1.3,0.8,1.1,1")
GSV = sentence(b"GPGSV,4,1,16,05,01,047,,10,29,224,,13,22,062,23,15,40,094,,1")


def check(name, got, want):
    print("ok" if got == want else "BAD", name, got, "" if got == want else want)


def take(gnss):
    """(seconds after noon, fix) of the epochs that have come."""
    epochs = []
    epoch = gnss.take()
    while epoch is not None:
        epochs.append((epoch.utc_s - NOON_S if epoch.utc_s else -1, epoch.valid))
        epoch = gnss.take()
    return epochs


def run(parts, step=0):
    """The epochs of a list of byte strings, each fed whole or in steps of so many bytes."""
    gnss = Gnss()
    for data in parts:
        pace = step or len(data)
        for at in range(0, len(data), pace):
            gnss.feed(data[at : at + pace], min(pace, len(data) - at))
    gnss.idle(150)
    return take(gnss)


def stamp(tenths, more=0):
    return b"1200%02d.%03d" % (tenths // 10, tenths % 10 * 100 + more)


def rates():
    def fast(numbers, more=0, order=(rmc, gga)):
        return [b"".join([part(stamp(n, more)) for part in order]) + GSA + GSA + GSV for n in numbers]

    whole = [(0, True), (1, True), (2, True), (3, True)]
    check("10 Hz", run(fast(range(40))), whole)
    check("10 Hz, GGA first", run(fast(range(40), order=(gga, rmc))), whole)
    gsa_first = [GSA + part[: -len(GSA + GSA + GSV)] for part in fast(range(40))]
    check("10 Hz, GSA first", run(gsa_first), whole)
    check("5 Hz off the second", run(fast(range(0, 40, 2), 40)), whole[1:])
    check("10 Hz off the second", run(fast(range(40), 50)), whole[1:])
    # Nothing at a whole second any more: after some 2 s the others are read again.
    changed = fast(range(20)) + fast(range(20, 60), 30)
    check("phase changes", [at for at, _ in run(changed)][:2], [0, 1])
    check("and is found", run(changed)[-1], (5, True))
    slower = fast(range(20)) + fast(range(20, 60, 10))
    check("10 Hz, then 1 Hz", [at for at, _ in run(slower)], [0, 1, 2, 3, 4, 5])
    lost = fast(range(40))
    del lost[20:23]
    check("a whole second lost", [at for at, _ in run(lost)], [0, 1, 3])
    for step in (1, 13, 115):
        check("10 Hz in %d" % step, run(fast(range(25)), step), whole[:3])


def ends_of_fast_epochs():
    """An epoch at a whole second is out as soon as the next begins, although that is passed over."""
    gnss = Gnss()
    for n in range(41):
        data = rmc(stamp(n)) + gga(stamp(n))
        gnss.feed(data, len(data))
    check("ended by the next", take(gnss), [(0, True), (1, True), (2, True), (3, True)])
    data = rmc(stamp(41))
    gnss.feed(data, len(data))
    check("at once", take(gnss), [(4, True)])


def antenna():
    gnss = Gnss()
    said = [gnss.antenna]
    for body in (
        b"GPTXT,01,01,01,ANTENNA OK",
        b"GPTXT,01,01,01,ANTENNA OPEN",
        b"BDTXT,01,01,01,ANTENNA SHORT",
        b"GNTXT,01,01,02,ANTSTATUS=OK",
        b"GNTXT,01,01,02,ANTSTATUS=SHORT",
        b"GNTXT,01,01,02,SOMETHING ELSE",
        b"GNTXT,01,01,02,ANTSTATUS=OPEN",
        b"GPTXT,01,01,02,ANTSTATUS=INIT",
        b"PGTOP,11,1",
        b"PGTOP,11,2",
        b"PGTOP,11,3",
        b"PGTOP,12,1",
        b"PGTOP",
        b"GPTXT,01",
    ):
        data = sentence(body)
        gnss.feed(data, len(data))
        said.append(gnss.antenna)
    check("antenna", said, [0, 1, 2, 3, 1, 3, 3, 2, 0, 3, 2, 1, 1, 1, 1])
    # As the receivers' makers print them.
    for line in (b"$GPTXT,01,01,01,ANTENNA OPEN*25\r\n", b"$GPTXT,01,01,01,ANTENNA OPEN*24\r\n"):
        gnss.feed(line, len(line))
    check("printed", (gnss.antenna, gnss._sentences.refused), (2, 1))


def binary():
    """UBX, CASIC and RTCM frames between the sentences, whatever their bytes look like."""
    inside = b"$GNRMC,1200\n$GNGGA,*00\r\n$$*$GPGSA,A,3,*"
    frames = (
        b"\xb5\x62\x01\x07" + bytes((len(inside), 0)) + inside + b"\x12\x34",
        b"\xba\xce" + bytes((len(inside), 0)) + b"\x01\x03" + inside + b"\x01\x02\x03\x04",
        b"\xd3\x00" + bytes((len(inside),)) + inside + b"\x01\x02\x03",
        bytes(range(256)) + b"$",
    )
    for frame in frames:
        data = b"".join([frame + part for part in (rmc(stamp(0)), gga(stamp(0)), GSA, GSV)]) + frame
        for step in (0, 1, 17):
            check("binary %d in %d" % (frame[0], step), run((data,), step), [(0, True)])


def cold_start():
    """Time without a date, then a date with status V, then a fix: no time is made up."""
    undated = rmc(b"120000.000", b",,,", b"").replace(b",A,", b",V,", 1)
    parts = (
        sentence(b"GNRMC,,V,,,,,,,,,,N") + sentence(b"GNGGA,,,,,,0,00,,,M,,M,,"),
        sentence(b"GNGGA,120000.000,,,,,0,00,,,M,,M,,") + sentence(b"GNRMC,120000.000,V,,,,,,,,,,N"),
        sentence(b"GNGGA,120001.000,,,,,0,00,,,M,,M,,") + sentence(b"GNRMC,120001.000,V,,,,,,,060826,,,N"),
        gga(b"120002.000") + rmc(b"120002.000", date=b""),
        gga(b"120003.000") + rmc(b"120003.000"),
    )
    data = b"".join([part + GSA for part in parts])
    check("cold start", run((data,)), [(-1, False), (-1, False), (1, False), (-1, False), (3, True)])
    check("not undated", run((undated, gga(b"120000.000"), GSA)), [(-1, False)])


def disagreement():
    here = rmc(b"120000.000")
    for name, place, want in (
        ("4 decimals", b"4739.7175,N,12219.5818,W", True),
        ("another place", b"4739.71854,N,12219.58177,W", False),
        ("another half", b"4739.71754,S,12219.58177,W", False),
        ("no number", b"47x9.71754,N,12219.58177,W", False),
    ):
        check("GGA: " + name, run((here, gga(b"120000.000", place), GSA)), [(0, want)])


def cuts_and_flips():
    good = gga(b"120000.000") + rmc(b"120000.000") + GSA
    wrong = 0
    for at in range(1, len(good)):
        gnss = Gnss()
        gnss.feed(good[:at], at)
        gnss.feed(good[at:], len(good) - at)
        gnss.idle(150)
        wrong += take(gnss) != [(0, True)]
    check("cut at every byte", wrong, 0)
    fixes = 0
    for at in range(len(good)):
        for bit in range(8):
            data = bytearray(good)
            data[at] ^= 1 << bit
            gnss = Gnss()
            gnss.feed(data, len(data))
            gnss.idle(150)
            epoch = gnss.take()
            while epoch is not None:
                if epoch.valid:
                    fixes += 1
                    found = (epoch.utc_s, epoch.lat_e7, epoch.lon_e7, epoch.speed_kmh10)
                    wrong += found != (NOON_S, 476619590, -1223263628, 360)
                epoch = gnss.take()
    # GSA, line ends, and the case of a check digit's letter take no position away.
    check("every bit flipped", (wrong, 0 < fixes < 8 * (len(GSA) + 8)), (0, True))


for part in (rates, ends_of_fast_epochs, antenna, binary, cold_start, disagreement, cuts_and_flips):
    part()
