"""The fixes of a minute, packed against its origin: 8 bytes each (firmware.wire.notes.FIX_BITS).

In the record the coarse fixes come first (second divisible by COARSE_S), then the rest, so that the rest
can be dropped as one piece. A fix is the tuple
(second, lat_e7, lon_e7, speed_kmh10, heading_deg, satellites, hdop_fifth, estimated).
Offsets are rounded to 2**shift * 1e-7 deg, with the smallest shift that reaches every fix of the
minute: exact within about 360 m of the origin, and never worse than half a unit.
"""

from firmware.wire.errors import DecodeError, EncodeError
from firmware.wire.fields import COARSE_S, FIX_SIZE, FIXES_MAX

# Of second, lat_e7, lon_e7, speed_kmh10, heading_deg, satellites, hdop_fifth, estimated.
_LEAST = (0, -900000000, -1800000000, 0, 0, 0, 0, 0)
_MOST = (59, 900000000, 1800000000, 2047, 511, 31, 63, 1)
SHIFT_MAX = 16


def _check(fix, last_second):
    if len(fix) != len(_MOST):
        raise EncodeError("fix: needs %d numbers" % len(_MOST))
    for i in range(len(_MOST)):
        value = fix[i]
        if not isinstance(value, int) or not _LEAST[i] <= value <= _MOST[i]:
            raise EncodeError("fix number %d: %r is outside %d..%d" % (i, value, _LEAST[i], _MOST[i]))
    if fix[0] <= last_second:
        raise EncodeError("fix: second %d is not after second %d" % (fix[0], last_second))
    if 360 <= fix[4] <= 510:
        raise EncodeError("fix heading: %d is neither 0..359 nor 511" % fix[4])


def _rounded(offset, shift):
    if shift == 0:
        return offset
    half = 1 << (shift - 1)
    return (offset + half) >> shift


def _fits(offset, shift):
    return -32768 <= _rounded(offset, shift) <= 32767


def choose_shift(fixes, lat_e7, lon_e7):
    """Smallest shift with which every offset from the origin fits in 16 bits; EncodeError if none does."""
    shift = 0
    for fix in fixes:
        while shift < SHIFT_MAX and not (_fits(fix[1] - lat_e7, shift) and _fits(fix[2] - lon_e7, shift)):
            shift += 1
        if shift == SHIFT_MAX and not (_fits(fix[1] - lat_e7, shift) and _fits(fix[2] - lon_e7, shift)):
            raise EncodeError("fix: %d, %d is too far from the origin" % (fix[1], fix[2]))
    return shift


def pack(buffer, at, fixes, lat_e7, lon_e7, shift, seconds):
    """Write fixes into buffer from offset at and their bits into seconds (bytearray of 8).

    Fixes are in the order of their seconds. Returns the next offset; raises EncodeError.
    """
    if len(fixes) > FIXES_MAX:
        raise EncodeError("fixes: %d, at most %d" % (len(fixes), FIXES_MAX))
    last_second = -1
    coarse = 0
    for fix in fixes:
        _check(fix, last_second)
        last_second = fix[0]
        seconds[last_second >> 3] |= 128 >> (last_second & 7)
        if last_second % COARSE_S == 0:
            coarse += 1
    fine_at = at + coarse * FIX_SIZE
    for fix in fixes:
        if fix[0] % COARSE_S == 0:
            pack_one(buffer, at, fix, lat_e7, lon_e7, shift)
            at += FIX_SIZE
        else:
            pack_one(buffer, fine_at, fix, lat_e7, lon_e7, shift)
            fine_at += FIX_SIZE
    return fine_at


def pack_one(buffer, at, fix, lat_e7, lon_e7, shift):
    """Write the 8 bytes of one fix, whose values are in range, into buffer at offset at."""
    dlat = _rounded(fix[1] - lat_e7, shift)
    dlon = _rounded(fix[2] - lon_e7, shift)
    buffer[at] = (dlat >> 8) & 255
    buffer[at + 1] = dlat & 255
    buffer[at + 2] = (dlon >> 8) & 255
    buffer[at + 3] = dlon & 255
    # Two 16-bit halves: a 32-bit word would be a big integer on the terminal.
    high = fix[3] << 5 | fix[4] >> 4
    low = (fix[4] & 15) << 12 | fix[5] << 7 | fix[6] << 1 | fix[7]
    buffer[at + 4] = high >> 8
    buffer[at + 5] = high & 255
    buffer[at + 6] = low >> 8
    buffer[at + 7] = low & 255


def _signed(high, low):
    value = high << 8 | low
    return value - 65536 if value & 32768 else value


def seconds_of(bits):
    """The seconds (0..59) whose bit is set in 8 bytes; DecodeError for the four spare bits."""
    if bits[7] & 15:
        raise DecodeError("seconds: a bit beyond second 59 is set")
    return [i for i in range(60) if bits[i >> 3] & (128 >> (i & 7))]


def coarse_size(bits):
    """Bytes of the coarse fixes of a minute whose seconds' bits are these 8 bytes."""
    size = 0
    for second in range(0, 60, COARSE_S):
        if bits[second >> 3] & (128 >> (second & 7)):
            size += FIX_SIZE
    return size


def unpack(data, at, lat_e7, lon_e7, shift, bits, thin=False):
    """Fixes (list of tuples) from data at offset at; DecodeError when length or a value is wrong.

    thin: only the coarse fixes are there.
    """
    coarse = []  # type: list[int]
    fine = []  # type: list[int]
    for second in seconds_of(bits):
        (fine if second % COARSE_S else coarse).append(second)
    if thin:
        fine.clear()
    if len(data) - at != FIX_SIZE * (len(coarse) + len(fine)):
        raise DecodeError("fixes: %d bytes for %d fixes" % (len(data) - at, len(coarse) + len(fine)))
    fixes = []
    for second in coarse + fine:
        fixes.append(unpack_one(data, at, second, lat_e7, lon_e7, shift))
        at += FIX_SIZE
    return sorted(fixes)


def unpack_one(data, at, second, lat_e7, lon_e7, shift):
    """The fix of this second whose 8 bytes are in data at offset at; DecodeError for a wrong heading."""
    lat = lat_e7 + (_signed(data[at], data[at + 1]) << shift)
    lon = lon_e7 + (_signed(data[at + 2], data[at + 3]) << shift)
    high = data[at + 4] << 8 | data[at + 5]
    low = data[at + 6] << 8 | data[at + 7]
    heading = (high & 31) << 4 | low >> 12
    if 360 <= heading <= 510:
        raise DecodeError("fix heading: %d is neither 0..359 nor 511" % heading)
    # Rounding may carry an offset half a unit past the pole or the date line.
    lat = min(max(lat, -900000000), 900000000)
    lon = min(max(lon, -1800000000), 1800000000)
    return (second, lat, lon, high >> 5, heading, low >> 7 & 31, low >> 1 & 63, low & 1)
