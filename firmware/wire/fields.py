"""The one table of fields: every record's layout and ranges.

A field is (name, type, minimum, maximum). Types: u8 u16 u32 u40 u64 and i32 are big-endian integers of
that many bits, b8 b32 and b64 are that many bytes as they are. A record is HEADER, then BODY[kind], then
(minutes only) 8 bytes per fix laid out as firmware.wire.notes.FIX_BITS: first the coarse fixes (second
divisible by COARSE_S), then the rest; a thinned minute has instead of the rest its SHA-256.
Units and meanings are in firmware.wire.notes, which no terminal loads: the heap is precious.
"""

import sys

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

# Where a text has no range, that of its type.
_TYPE_MAX = {"u8": U8, "u16": U16, "u32": U32, "u40": U40}
_HEADER = (
    "kind:u8:1:13 terminal:number seq:u32:1:4294967295 prev:b32 boot:u32 uptime_s:u32 utc_s:u32 clock:u8:0:3"
)
# By kind, from 1: "name:type" or "name:type:minimum:maximum"; number: u64 in 1..NUMBER_MAX. Text, because the
# tuples of all kinds would take 9 KB of a terminal's heap.
_BODIES = (
    # BOOT
    "firmware:u32 reset_cause:u8:0:6 unreceipted:u32 torn_bytes:u32 slot:u8 stage:u8",
    # SIGN_IN
    "session:u32 role:u8:1:2 person:number instructor:number course:u40:0:9999999999 face_id:u16 "
    "online:u8:0:1",
    # FACE_CHECK
    "session:u32 role:u8:1:2 moment:u8:1:5 expected:u64:0:9999999999999999 matched:u64:0:9999999999999999 "
    "outcome:u8:0:6 face_id:u16 score:u8 photo:b32",
    # MINUTE
    "session:u32 trainee:number instructor:number course:u40:0:9999999999 minute:u32:0:71582788 "
    "odometer_m:u32 wheel_m:u16 rpm_max:u16 ignition_s:u8:0:60 counted_s:u8:0:60 stops:u16:0:511 "
    "origin_lat_e7:i32:-900000000:900000000 origin_lon_e7:i32:-1800000000:1800000000 shift:u8:0:16 "
    "seconds:b8",
    # SIGN_OUT
    "session:u32 role:u8:1:2 person:number how:u8:1:4 minutes:u16 distance_m:u32",
    # DIAGNOSTIC
    "code:u8:1:9 state:u8:0:1 value:u32",
    # HEAD
    "through:u32:1:4294967295 head:b32 key:b8 signature:b64",
    # TIME
    "uptime_ms:u40 true_s:u32:1:4294967295 true_ms:u16:0:999 source:u8:1:3 was_s:u32 weeks:u16",
    # THINNED
    "first_seq:u32:1:4294967295 last_seq:u32:1:4294967295 minutes:u32 dropped:u32",
    # ORDER
    "order:u32:1:4294967295 code:u8 outcome:u8:0:5 value:u32",
    # STATUS
    "moment:u8:1:3 firmware:u32 slot:u8 reset_cause:u8:0:6 self_test:u16 faults:u16 journal_size:u32 "
    "journal_free:u32 unreceipted:u32 photos:u16 temperature_c10:i32:-1000:32767 supply_mv:u16 "
    "satellites:u8 antenna:u8:0:3 faces:u16 grounds:u32 settings:u32",
    # MINUTE_THIN: as MINUTE
    "",
    # PHOTO
    "session:u32 role:u8:1:2 moment:u8:1:5 photo:b32 size:u32",
)


def _fields_of(text):
    made = []  # type: list[tuple[object, ...]]
    for part in text.split(" "):
        field = part.split(":")
        name, kind = field[0], field[1]
        if kind == "number":
            made.append((name, "u64", 1, NUMBER_MAX))
        elif kind[0] == "b":
            made.append((name, kind, None, None))
        elif len(field) == 2:
            made.append((name, kind, 0, _TYPE_MAX[kind]))
        else:
            made.append((name, kind, int(field[2]), int(field[3])))
    return tuple(made)


class _Bodies:
    """The body's fields by kind of record, worked out when they are asked for."""

    def __init__(self):
        # Kept only where memory is no matter and time is.
        self._kept = None if sys.implementation.name == "micropython" else {}  # type: dict[int, object] | None

    def __getitem__(self, kind):
        if self._kept and kind in self._kept:
            return self._kept[kind]
        if kind not in self:
            raise KeyError(kind)
        fields = _fields_of(_BODIES[(MINUTE if kind == MINUTE_THIN else kind) - 1])
        if self._kept is not None:
            self._kept[kind] = fields
        return fields

    def __contains__(self, kind):
        return isinstance(kind, int) and 0 < kind <= len(_BODIES)

    def __iter__(self):
        return iter(range(1, len(_BODIES) + 1))


HEADER = _fields_of(_HEADER)
BODY = _Bodies()

FIX_SIZE = 8
FIXES_MAX = 60
COARSE_S = 5
DIGEST_SIZE = 32

# Bytes of the fields above; written down, so that a terminal's build can put the numbers where they are used.
HEADER_SIZE = 58
# BODY_SIZES has them by kind.
BODY_SIZES = bytes((0, 15, 29, 58, 58, 20, 6, 108, 18, 16, 10, 43, 58, 42))
MINUTE_SIZE = 58
RECORD_MAX = HEADER_SIZE + MINUTE_SIZE + FIX_SIZE * FIXES_MAX
