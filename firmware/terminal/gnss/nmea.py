"""NMEA 0183 sentences out of a byte stream, and their fields as integers.

A sentence is `$`, at most 100 bytes in all, `*`, two hexadecimal digits that equal the XOR of
what stands between. It is taken as soon as its second digit is there; no line end is waited
for, so a lost one costs nothing. Binary frames, half lines and other talkers fall through.
"""

# RMC, GGA and GNS have their time as the first field.
RMC = 1
GGA = 2
GNS = 3
GSA = 4
# A receiver's remarks, its antenna's state among them; TOP is GlobalTop's own sentence for that.
TXT = 5
TOP = 6

LONGEST = 100
# Bounds the copy that is searched, however much is fed at once.
_PIECE = 512
# Address, comma and hhmmss.s, so that a sentence's tenth of a second can be looked at.
_HEAD = 15
# So many sentences passed over without one to read: the receiver has none at a whole second.
_SKIMMED_MAX = 60

_KINDS = {0x524D43: RMC, 0x474741: GGA, 0x475341: GSA, 0x474E53: GNS, 0x545854: TXT, 0x544F50: TOP}
# The fields that are read of each; what follows stays in one piece and costs no memory.
_SPLITS = {RMC: 13, GGA: 9, GSA: 3, GNS: 7, TXT: 5, TOP: 3}
# GN GP BD GB GL GA GQ, and PG of PGTOP
_TALKERS = {0x474E, 0x4750, 0x4244, 0x4742, 0x474C, 0x4741, 0x4751, 0x5047}
_NIBBLE = {}
for _at in range(16):
    _NIBBLE[b"0123456789ABCDEF"[_at]] = _at
    _NIBBLE[b"0123456789abcdef"[_at]] = _at


class Sentences:
    """Cuts a byte stream into checked sentences and hands each to sink(kind, fields).

    kind is one of the six above; fields is a list of bytes, fields[0] the address, the last
    one whatever follows the fields that are read.
    refused counts sentences of these kinds with a wrong checksum or too long.
    skim: True passes over the sentences of epochs between whole seconds, unchecked; sink(0, None)
    tells of the first of them. skimmed counts those since the last one at a whole second.
    """

    def __init__(self, sink):
        self.refused = 0
        self.skim = False
        self.skimmed = 0
        self._sink = sink
        self._tail = b""

    def feed(self, buffer, n):
        """Take the first n bytes of a buffer; they may be cut anywhere."""
        view = memoryview(buffer)
        start = 0
        while start < n:
            end = min(start + _PIECE, n)
            self._scan(self._tail + view[start:end])
            start = end

    def _scan(self, data):
        size = len(data)
        at = data.find(b"$")
        while at >= 0 and size - at >= _HEAD:
            kind = _kind(data, at)
            if not kind or (self.skim and self._is_between(data, at, kind)):
                at = data.find(b"$", at + 1)
                continue
            star = data.find(b"*", at, at + LONGEST - 2)
            end = star if star >= 0 else at + LONGEST
            # A new sentence or a line end before the star: this one lost its end.
            again = data.find(b"$", at + 1, end)
            if again >= 0 or data.find(b"\n", at, end) >= 0:
                at = again if again >= 0 else data.find(b"$", end)
            elif star < 0:
                if size - at < LONGEST:
                    break
                self.refused += 1
                at = data.find(b"$", end)
            elif size < star + 3:
                break
            else:
                at = self._sentence(kind, data, at, star)
        self._tail = data[at:] if at >= 0 else b""

    def _is_between(self, data, at, kind):
        """Whether the sentence belongs to an epoch that is not at a whole second."""
        if kind > GNS:
            return kind == GSA and self.skimmed
        if data[at + 13] != 46 or data[at + 14] == 48:
            self.skimmed = 0
            return False
        self.skimmed += 1
        if self.skimmed == 1:
            self._sink(0, None)
        elif self.skimmed > _SKIMMED_MAX:
            self.skim = False
            self.skimmed = 0
            return False
        return True

    def _sentence(self, kind, data, at, star):
        """Check the sentence at..star, pass it on, return where the next may begin."""
        body = data[at + 1 : star]
        # The plain loop: 2.3 us a sentence; unrolled 3.5, as a big integer 3.4, by words 2.1.
        check = 0
        for byte in body:
            check ^= byte
        if check >> 4 != _NIBBLE.get(data[star + 1]) or check & 15 != _NIBBLE.get(data[star + 2]):
            self.refused += 1
            return data.find(b"$", star + 1)
        self._sink(kind, body.split(b",", _SPLITS[kind]))
        return data.find(b"$", star + 3)


def _kind(data, at):
    """RMC, GGA, GNS, GSA, TXT or TOP of a known talker; 0 for everything else."""
    if data[at + 6] != 44 or (data[at + 1] << 8 | data[at + 2]) not in _TALKERS:
        return 0
    return _KINDS.get(data[at + 3] << 16 | data[at + 4] << 8 | data[at + 5], 0)


def scaled(field, numerator, denominator, up=False):
    """The decimal in field times numerator / denominator, rounded half up, or always up.

    At least 0; -1 when the field is not a plain decimal (empty, signed, other characters).
    """
    dot = field.find(b".")
    if dot >= 0:
        denominator *= 10 ** (len(field) - dot - 1)
        field = field[:dot] + field[dot + 1 :]
    if not field.isdigit():
        return -1
    return (int(field) * numerator + (denominator - 1 if up else denominator >> 1)) // denominator


def time_key(field):
    """hhmmss[.sss] as the integer hhmmssmmm; -1 for an empty field, -2 for anything else.

    Second 60 (leap second) is let through.
    """
    if not field:
        return -1
    fraction = field[7:]
    if len(field) > 6 and (field[6] != 46 or (fraction and not fraction.isdigit())):
        return -2
    whole = field[:6]
    if len(whole) < 6 or not whole.isdigit():
        return -2
    clock = int(whole)
    if clock >= 240000 or clock % 10000 >= 6000 or clock % 100 > 60:
        return -2
    if not fraction:
        return clock * 1000
    return clock * 1000 + int(fraction) * 1000 // 10 ** len(fraction)


def day_seconds(key):
    """Seconds since midnight of a time_key (its milliseconds are cut off)."""
    clock = key // 1000
    return (clock // 10000 * 60 + clock // 100 % 100) * 60 + clock % 100


def arc_e7(field, hemisphere, positive, negative, limit_deg):
    """d..dmm.m.. with its hemisphere as 1e-7 degree, rounded half away from zero.

    Two degree digits for a limit of 90, three for 180, any number of decimals. None when a
    digit, the hemisphere or a range is wrong.
    """
    whole = 4 if limit_deg == 90 else 5
    decimals = len(field) - whole - 1
    if decimals < 0:
        if decimals < -1:
            return None
        decimals = 0
    elif field[whole] != 46:
        return None
    degrees = field[: whole - 2]
    minutes = field[whole - 2 : whole] + field[whole + 1 :]
    if not degrees.isdigit() or not minutes.isdigit():
        return None
    minutes = int(minutes)
    if minutes >= 60 * 10**decimals:
        return None
    if decimals <= 6:
        e7 = (minutes * 10 ** (6 - decimals) + 3) // 6
    else:
        sixth = 6 * 10 ** (decimals - 6)
        e7 = (minutes + (sixth >> 1)) // sixth
    e7 += int(degrees) * 10000000
    if e7 > limit_deg * 10000000:
        return None
    if hemisphere == positive:
        return e7
    return -e7 if hemisphere == negative else None


def date_days(field):
    """ddmmyy as days since 1970-01-01; -1 when empty or no date. 80..99 is 1980..1999."""
    if len(field) != 6 or not field.isdigit():
        return -1
    number = int(field)
    day = number // 10000
    month = number // 100 % 100
    year = number % 100
    year += 1900 if year >= 80 else 2000
    if not 1 <= month <= 12 or day < 1:
        return -1
    # 2000 is a leap year, so the fourth year rule is enough for 1980..2079.
    longest = 28 + (year % 4 == 0) if month == 2 else 30 + (month + month // 8) % 2
    if day > longest:
        return -1
    # Years begin in March here: the leap day is the last of its year.
    if month < 3:
        month += 12
        year -= 1
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469
