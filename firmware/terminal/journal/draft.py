"""Drafts: what a minute that is not over has gathered in the last seconds, as the journal keeps it.

Payload: tag u8 (the same for all drafts of a minute), number u8 (0 the first), until u8 (the last second that
has passed), ignition_s u8, counted_s u8, stops u16, rpm_max u16, wheel_m u16; in the first also session u32,
trainee u64, instructor u64, course u40, minute u32, from u8 (the first second in the session); then fixes.

A fix: u8 with bit 7: the second after the fix before (else a u8 says which), bit 6: satellites, hdop and
estimated as in the fix before (else a u16 of 5, 6 and 1 bits), bits 5..4: how the position follows (0 two i8,
1 two i16: what it lies beside the straight line through the two fixes before; 2 two i32: latitude and
longitude), bits 3..0: the high bits of speed << 9 | heading; then in this order second, u16 of the low bits
of speed and heading, u16 of satellites, position. The fix before may be in the draft before.
"""

from firmware.wire.pack import put_int

RUN_FIELDS = (("ignition_s", 1), ("counted_s", 1), ("stops", 2), ("rpm_max", 2), ("wheel_m", 2))
HEAD_FIELDS = (("session", 4), ("trainee", 8), ("instructor", 8), ("course", 5), ("minute", 4))
FIXES_MAX = 12
FIX_MAX = 14
DRAFT_MAX = 11 + 30 + FIXES_MAX * FIX_MAX
_SIZES = (1, 2, 4)


class FixStream:
    """Writes and reads fixes one after another; exact to the last digit.

    After take(): fix, the tuple of firmware.wire.fixes.
    """

    def __init__(self):
        self.reset()

    def reset(self):
        """A minute begins: the next fix is its first."""
        self.fix = None
        self._second = 99
        self._lat_e7 = 0
        self._lon_e7 = 0
        self._lat_step = 0
        self._lon_step = 0
        self._tail = 0

    def put(self, buffer, at, fix):
        """Write one fix into buffer at this offset; returns the next offset."""
        second, lat_e7, lon_e7, speed_kmh10, heading_deg, satellites, hdop_fifth, estimated = fix
        tail = satellites << 7 | hdop_fifth << 1 | estimated
        lat_off = lat_e7 - self._lat_e7 - self._lat_step
        lon_off = lon_e7 - self._lon_e7 - self._lon_step
        form = _form(lat_off, lon_off)
        motion = speed_kmh10 << 9 | heading_deg
        flags = form << 4 | motion >> 16
        head = at
        at += 1
        if second == self._second + 1:
            flags |= 128
        else:
            buffer[at] = second
            at += 1
        put_int(buffer, at, 2, motion & 65535)
        at += 2
        if tail == self._tail:
            flags |= 64
        else:
            put_int(buffer, at, 2, tail)
            at += 2
        buffer[head] = flags
        size = _SIZES[form]
        put_int(buffer, at, size, lat_e7 if form == 2 else lat_off)
        put_int(buffer, at + size, size, lon_e7 if form == 2 else lon_off)
        self._follow(second, lat_e7, lon_e7, tail, form)
        return at + 2 * size

    def take(self, buffer, at):
        """Read one fix from buffer at this offset into self.fix; returns the next offset."""
        flags = buffer[at]
        at += 1
        second = self._second + 1
        if not flags & 128:
            second = buffer[at]
            at += 1
        motion = (flags & 15) << 16 | buffer[at] << 8 | buffer[at + 1]
        at += 2
        tail = self._tail
        if not flags & 64:
            tail = buffer[at] << 8 | buffer[at + 1]
            at += 2
        form = flags >> 4 & 3
        size = _SIZES[form]
        lat_e7 = _signed(buffer, at, size)
        lon_e7 = _signed(buffer, at + size, size)
        if form != 2:
            lat_e7 += self._lat_e7 + self._lat_step
            lon_e7 += self._lon_e7 + self._lon_step
        self._follow(second, lat_e7, lon_e7, tail, form)
        self.fix = (second, lat_e7, lon_e7, motion >> 9, motion & 511, tail >> 7, tail >> 1 & 63, tail & 1)
        return at + 2 * size

    def _follow(self, second, lat_e7, lon_e7, tail, form):
        self._lat_step = 0 if form == 2 else lat_e7 - self._lat_e7
        self._lon_step = 0 if form == 2 else lon_e7 - self._lon_e7
        self._second = second
        self._lat_e7 = lat_e7
        self._lon_e7 = lon_e7
        self._tail = tail


def _form(lat_off, lon_off):
    if -128 <= lat_off <= 127 and -128 <= lon_off <= 127:
        return 0
    if -32768 <= lat_off <= 32767 and -32768 <= lon_off <= 32767:
        return 1
    return 2


def _signed(buffer, at, size):
    value = int.from_bytes(buffer[at : at + size], "big")
    return value - (1 << size * 8) if buffer[at] & 128 else value


def encode(buffer, at, tag, index, values, begin, stream):
    """Write draft number index of a minute into buffer at this offset; returns its end.

    values: see Journal.draft; at most FIXES_MAX of its fixes, from begin on, go in.
    """
    buffer[at] = tag
    buffer[at + 1] = index
    buffer[at + 2] = values["until_s"]
    at = _put_fields(buffer, at + 3, RUN_FIELDS, values)
    if index == 0:
        at = _put_fields(buffer, at, HEAD_FIELDS, values)
        buffer[at] = values["from_s"]
        at += 1
        stream.reset()
    fixes = values["fixes"]
    for i in range(begin, min(begin + FIXES_MAX, len(fixes))):
        at = stream.put(buffer, at, fixes[i])
    return at


def _put_fields(buffer, at, fields, values):
    for name, size in fields:
        put_int(buffer, at, size, values[name])
        at += size
    return at


def decode(payload, size, values, stream):
    """Read a draft into the dict values, whose list "fixes" is added to; the first one makes the list."""
    values["until_s"] = payload[2]
    at = _take_fields(payload, 3, RUN_FIELDS, values)
    if payload[1] == 0:
        at = _take_fields(payload, at, HEAD_FIELDS, values)
        values["from_s"] = payload[at]
        values["fixes"] = []
        at += 1
    while at < size:
        at = stream.take(payload, at)
        values["fixes"].append(stream.fix)


def _take_fields(payload, at, fields, values):
    for name, size in fields:
        values[name] = int.from_bytes(payload[at : at + size], "big")
        at += size
    return at
