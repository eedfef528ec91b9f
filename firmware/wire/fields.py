"""The one table of fields: every record's layout and ranges.

A field is (name, type, minimum, maximum). Types: u8 u16 u32 u40 u64 and i32 are big-endian integers of
that many bits, b8 b32 and b64 are that many bytes as they are. A record is HEADER, then BODY[kind], then
(minutes only) 8 bytes per fix laid out as firmware.wire.notes.FIX_BITS: first the coarse fixes (second
divisible by COARSE_S), then the rest; a thinned minute has instead of the rest its SHA-256.
Units and meanings are in firmware.wire.notes, which no terminal loads: the heap is precious.
"""

WIRE_VERSION = 1

BOOT = 1
SIGN_IN = 2
FACE_CHECK = 3
MINUTE = 4
SIGN_OUT = 5
DIAGNOSTIC = 6
HEAD = 7
TIME = 8
THINNED = 9
ORDER = 10
STATUS = 11
MINUTE_THIN = 12
PHOTO = 13

KIND_NAMES = {
    BOOT: "BOOT",
    SIGN_IN: "SIGN_IN",
    FACE_CHECK: "FACE_CHECK",
    MINUTE: "MINUTE",
    SIGN_OUT: "SIGN_OUT",
    DIAGNOSTIC: "DIAGNOSTIC",
    HEAD: "HEAD",
    TIME: "TIME",
    THINNED: "THINNED",
    ORDER: "ORDER",
    STATUS: "STATUS",
    MINUTE_THIN: "MINUTE_THIN",
    PHOTO: "PHOTO",
}

SIZES = {"u8": 1, "u16": 2, "u32": 4, "u40": 5, "u64": 8, "i32": 4, "b8": 8, "b32": 32, "b64": 64}

NUMBER_MAX = 9999999999999999
COURSE_MAX = 9999999999
U8 = 255
U16 = 65535
U32 = 4294967295
U40 = 1099511627775
UTC_MINUTE_MAX = 71582788

HEADER = (
    ("kind", "u8", 1, 13),
    ("terminal", "u64", 1, NUMBER_MAX),
    ("seq", "u32", 1, U32),
    ("prev", "b32", None, None),
    ("boot", "u32", 0, U32),
    ("uptime_s", "u32", 0, U32),
    ("utc_s", "u32", 0, U32),
    ("clock", "u8", 0, 3),
)

_SESSION = ("session", "u32", 0, U32)
_ROLE = ("role", "u8", 1, 2)
_PERSON = ("person", "u64", 1, NUMBER_MAX)
_COURSE = ("course", "u40", 0, COURSE_MAX)
_FACE_ID = ("face_id", "u16", 0, U16)
_PHOTO = ("photo", "b32", None, None)
_MOMENT = ("moment", "u8", 1, 5)
_SLOT = ("slot", "u8", 0, U8)
_FIRMWARE = ("firmware", "u32", 0, U32)

_MINUTE_BODY = (
    _SESSION,
    ("trainee", "u64", 1, NUMBER_MAX),
    ("instructor", "u64", 1, NUMBER_MAX),
    _COURSE,
    ("minute", "u32", 0, UTC_MINUTE_MAX),
    ("odometer_m", "u32", 0, U32),
    ("wheel_m", "u16", 0, U16),
    ("rpm_max", "u16", 0, U16),
    ("ignition_s", "u8", 0, 60),
    ("counted_s", "u8", 0, 60),
    ("stops", "u16", 0, 511),
    ("origin_lat_e7", "i32", -900000000, 900000000),
    ("origin_lon_e7", "i32", -1800000000, 1800000000),
    ("shift", "u8", 0, 16),
    ("seconds", "b8", None, None),
)

BODY = {
    BOOT: (
        _FIRMWARE,
        ("reset_cause", "u8", 0, 6),
        ("unreceipted", "u32", 0, U32),
        ("torn_bytes", "u32", 0, U32),
        _SLOT,
        ("stage", "u8", 0, U8),
    ),
    SIGN_IN: (
        _SESSION,
        _ROLE,
        _PERSON,
        ("instructor", "u64", 1, NUMBER_MAX),
        _COURSE,
        _FACE_ID,
        ("online", "u8", 0, 1),
    ),
    FACE_CHECK: (
        _SESSION,
        _ROLE,
        _MOMENT,
        ("expected", "u64", 0, NUMBER_MAX),
        ("matched", "u64", 0, NUMBER_MAX),
        ("outcome", "u8", 0, 6),
        _FACE_ID,
        ("score", "u8", 0, U8),
        _PHOTO,
    ),
    MINUTE: _MINUTE_BODY,
    SIGN_OUT: (
        _SESSION,
        _ROLE,
        _PERSON,
        ("how", "u8", 1, 4),
        ("minutes", "u16", 0, U16),
        ("distance_m", "u32", 0, U32),
    ),
    DIAGNOSTIC: (
        ("code", "u8", 1, 9),
        ("state", "u8", 0, 1),
        ("value", "u32", 0, U32),
    ),
    HEAD: (
        ("through", "u32", 1, U32),
        ("head", "b32", None, None),
        ("key", "b8", None, None),
        ("signature", "b64", None, None),
    ),
    TIME: (
        ("uptime_ms", "u40", 0, U40),
        ("true_s", "u32", 1, U32),
        ("true_ms", "u16", 0, 999),
        ("source", "u8", 1, 3),
        ("was_s", "u32", 0, U32),
        ("weeks", "u16", 0, U16),
    ),
    THINNED: (
        ("first_seq", "u32", 1, U32),
        ("last_seq", "u32", 1, U32),
        ("minutes", "u32", 0, U32),
        ("dropped", "u32", 0, U32),
    ),
    ORDER: (
        ("order", "u32", 1, U32),
        ("code", "u8", 0, U8),
        ("outcome", "u8", 0, 5),
        ("value", "u32", 0, U32),
    ),
    STATUS: (
        ("moment", "u8", 1, 3),
        _FIRMWARE,
        _SLOT,
        ("reset_cause", "u8", 0, 6),
        ("self_test", "u16", 0, U16),
        ("faults", "u16", 0, U16),
        ("journal_size", "u32", 0, U32),
        ("journal_free", "u32", 0, U32),
        ("unreceipted", "u32", 0, U32),
        ("photos", "u16", 0, U16),
        ("temperature_c10", "i32", -1000, 32767),
        ("supply_mv", "u16", 0, U16),
        ("satellites", "u8", 0, U8),
        ("antenna", "u8", 0, 3),
        ("faces", "u16", 0, U16),
        ("grounds", "u32", 0, U32),
        ("settings", "u32", 0, U32),
    ),
    MINUTE_THIN: _MINUTE_BODY,
    PHOTO: (
        _SESSION,
        _ROLE,
        _MOMENT,
        _PHOTO,
        ("size", "u32", 0, U32),
    ),
}

FIX_SIZE = 8
FIXES_MAX = 60
COARSE_S = 5
DIGEST_SIZE = 32


def size_of(fields):
    """Bytes that a tuple of fields takes."""
    total = 0
    for field in fields:
        total += SIZES[field[1]]
    return total


HEADER_SIZE = size_of(HEADER)
BODY_SIZES = {}
for _kind in BODY:
    BODY_SIZES[_kind] = size_of(BODY[_kind])
RECORD_MAX = HEADER_SIZE + BODY_SIZES[MINUTE] + FIX_SIZE * FIXES_MAX
