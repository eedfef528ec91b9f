"""The one table of fields: every record's layout, unit and range.

A field is (name, type, minimum, maximum, unit, meaning). Types: u8 u16 u32 u40 u64 and i32 are
big-endian integers of that many bits, b8 b32 and b64 are that many bytes as they are. A record is
HEADER, then BODY[kind], then (minutes only) 8 bytes per fix laid out as FIX_BITS: first the coarse
fixes (second divisible by COARSE_S), then the rest; a thinned minute has instead of the rest its SHA-256.
docs/reference/wire-format.md is generated from this file.
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
    ("kind", "u8", 1, 13, "", "record kind"),
    ("terminal", "u64", 1, NUMBER_MAX, "16-digit number", "the terminal that made the record"),
    ("seq", "u32", 1, U32, "", "sequence number, gapless per terminal, from 1"),
    ("prev", "b32", None, None, "SHA-256", "digest of the whole previous record; zeros for seq 1"),
    ("boot", "u32", 0, U32, "", "boot number, counted by the terminal"),
    ("uptime_s", "u32", 0, U32, "s", "seconds since that boot"),
    ("utc_s", "u32", 0, U32, "s since 1970-01-01 UTC", "when the record was made; 0 unknown"),
    ("clock", "u8", 0, 3, "", "clock quality: 0 none, 1 rtc, 2 server, 3 gnss"),
)

_SESSION = ("session", "u32", 0, U32, "seq", "the trainee's sign-in record; 0 outside a training session")
_ROLE = ("role", "u8", 1, 2, "", "1 instructor, 2 trainee")
_PERSON = ("person", "u64", 1, NUMBER_MAX, "16-digit number", "who")
_COURSE = ("course", "u40", 0, COURSE_MAX, "10-digit code", "course code; its 4th digit is the part; 0 none")
_FACE_ID = ("face_id", "u16", 0, U16, "", "face module's number of the face; 65535 none")
_PHOTO = ("photo", "b32", None, None, "SHA-256", "digest of the photo; zeros none")
_MOMENT = ("moment", "u8", 1, 5, "", "1 sign-in, 2 periodic, 3 sign-out, 4 ordered, 5 after a restart")
_SLOT = ("slot", "u8", 0, U8, "", "application slot: 0 a, 1 b, 255 none")
_FIRMWARE = ("firmware", "u32", 0, U32, "", "firmware version: major * 1000000 + minor * 1000 + patch")

_MINUTE_BODY = (
    _SESSION,
    ("trainee", "u64", 1, NUMBER_MAX, "16-digit number", "trainee"),
    ("instructor", "u64", 1, NUMBER_MAX, "16-digit number", "instructor"),
    _COURSE,
    ("minute", "u32", 0, UTC_MINUTE_MAX, "min since 1970-01-01 UTC", "the UTC minute"),
    ("odometer_m", "u32", 0, U32, "m", "wheel distance since the terminal's start"),
    ("wheel_m", "u16", 0, U16, "m", "wheel distance in this minute"),
    ("rpm_max", "u16", 0, U16, "1/min", "highest engine speed in this minute"),
    ("ignition_s", "u8", 0, 60, "s", "seconds of this minute with ignition on"),
    ("counted_s", "u8", 0, 60, "s", "seconds of this minute that the terminal counted"),
    (
        "stops",
        "u16",
        0,
        511,
        "bits",
        "seen in this minute: 1 engine off, 2 trainee's face not his, 4 instructor's face not his, "
        "8 nobody seen, 16 face module fault, 32 check overdue, 64 training ban, "
        "128 outside the ground, 256 no position",
    ),
    ("origin_lat_e7", "i32", -900000000, 900000000, "1e-7 deg", "latitude of the first fix, WGS-84"),
    ("origin_lon_e7", "i32", -1800000000, 1800000000, "1e-7 deg", "longitude of the first fix, WGS-84"),
    ("shift", "u8", 0, 16, "", "fix offsets are in 2**shift * 1e-7 deg"),
    ("seconds", "b8", None, None, "bits", "bit i, from the high bit of byte 0: second i had a fix"),
)

BODY = {
    BOOT: (
        _FIRMWARE,
        (
            "reset_cause",
            "u8",
            0,
            6,
            "",
            "0 unknown, 1 power-on, 2 hard reset, 3 watchdog, 4 soft reset, 5 brown-out, 6 update",
        ),
        ("unreceipted", "u32", 0, U32, "records", "records in the journal that wait for a receipt"),
        ("torn_bytes", "u32", 0, U32, "bytes", "bytes of a half-written record found and cut off"),
        _SLOT,
        ("stage", "u8", 0, U8, "", "what the terminal was at when the watchdog bit; 0 unknown"),
    ),
    SIGN_IN: (
        _SESSION,
        _ROLE,
        _PERSON,
        ("instructor", "u64", 1, NUMBER_MAX, "16-digit number", "the instructor in charge"),
        _COURSE,
        _FACE_ID,
        ("online", "u8", 0, 1, "", "1 when the broker was connected"),
    ),
    FACE_CHECK: (
        _SESSION,
        _ROLE,
        _MOMENT,
        ("expected", "u64", 0, NUMBER_MAX, "16-digit number", "who should be there; 0 anyone of that role"),
        ("matched", "u64", 0, NUMBER_MAX, "16-digit number", "who was recognised; 0 nobody"),
        (
            "outcome",
            "u8",
            0,
            6,
            "",
            "0 match, 1 another enrolled person, 2 unknown face, 3 liveness failed, 4 no face, "
            "5 time-out, 6 module fault",
        ),
        _FACE_ID,
        ("score", "u8", 0, U8, "0..100", "similarity; 255 not given by the module"),
        _PHOTO,
    ),
    MINUTE: _MINUTE_BODY,
    SIGN_OUT: (
        _SESSION,
        _ROLE,
        _PERSON,
        ("how", "u8", 1, 4, "", "1 by hand, 2 with the instructor, 3 ignition off, 4 forced"),
        (
            "minutes",
            "u16",
            0,
            U16,
            "min",
            "minute records made since the sign-in or, after it, the last restart",
        ),
        ("distance_m", "u32", 0, U32, "m", "wheel distance since then"),
    ),
    DIAGNOSTIC: (
        (
            "code",
            "u8",
            1,
            9,
            "",
            "1 power, 2 timing, 3 positioning, 4 recording, 5 transfer, 6 face module, "
            "7 wheel sensor, 8 antenna, 9 camera",
        ),
        ("state", "u8", 0, 1, "", "1 set, 0 cleared"),
        ("value", "u32", 0, U32, "", "the number behind it, by code"),
    ),
    HEAD: (
        ("through", "u32", 1, U32, "seq", "the signature covers this record and all before it"),
        ("head", "b32", None, None, "SHA-256", "digest of that record"),
        ("key", "b8", None, None, "", "first 8 bytes of the SHA-256 of the public key"),
        ("signature", "b64", None, None, "Ed25519", "over records.head_message"),
    ),
    TIME: (
        ("uptime_ms", "u40", 0, U40, "ms", "at this uptime of the header's boot"),
        ("true_s", "u32", 1, U32, "s since 1970-01-01 UTC", "it was this time"),
        ("true_ms", "u16", 0, 999, "ms", "and so many milliseconds"),
        ("source", "u8", 1, 3, "", "1 rtc, 2 server, 3 gnss"),
        ("was_s", "u32", 0, U32, "s since 1970-01-01 UTC", "what the terminal's clock said; 0 unknown"),
        ("weeks", "u16", 0, U16, "weeks", "added because the receiver's week number had rolled over"),
    ),
    THINNED: (
        ("first_seq", "u32", 1, U32, "seq", "from this record"),
        ("last_seq", "u32", 1, U32, "seq", "to this one"),
        ("minutes", "u32", 0, U32, "records", "minutes that lost fixes"),
        ("dropped", "u32", 0, U32, "", "fixes dropped"),
    ),
    ORDER: (
        ("order", "u32", 1, U32, "", "the order's number"),
        ("code", "u8", 0, U8, "", "what was ordered, see orders"),
        (
            "outcome",
            "u8",
            0,
            5,
            "",
            "0 done, 1 refused in this state, 2 malformed, 3 unknown code, 4 expired, 5 begun",
        ),
        ("value", "u32", 0, U32, "", "the number behind it, by code"),
    ),
    STATUS: (
        ("moment", "u8", 1, 3, "", "1 boot, 2 daily, 3 ordered"),
        _FIRMWARE,
        _SLOT,
        ("reset_cause", "u8", 0, 6, "", "as in BOOT"),
        ("self_test", "u16", 0, U16, "bits", "what failed; 0 nothing"),
        ("faults", "u16", 0, U16, "bits", "diagnostics that are set: bit code - 1"),
        ("journal_size", "u32", 0, U32, "bytes", "size of the journal"),
        ("journal_free", "u32", 0, U32, "bytes", "room until traces are thinned"),
        ("unreceipted", "u32", 0, U32, "records", "records that wait for a receipt"),
        ("photos", "u16", 0, U16, "", "photos that wait to be sent"),
        ("temperature_c10", "i32", -1000, 32767, "0.1 C", "of the processor; 32767 unknown"),
        ("supply_mv", "u16", 0, U16, "mV", "supply; 0 unknown"),
        ("satellites", "u8", 0, U8, "", "satellites in use"),
        ("antenna", "u8", 0, 3, "", "0 unknown, 1 well, 2 open, 3 short"),
        ("faces", "u16", 0, U16, "", "faces enrolled; 65535 unknown"),
        ("grounds", "u32", 0, U32, "", "version of the grounds on board; 0 none"),
        ("settings", "u32", 0, U32, "", "number of the order that brought the newest settings; 0 none"),
    ),
    MINUTE_THIN: _MINUTE_BODY,
    PHOTO: (_SESSION, _ROLE, _MOMENT, _PHOTO, ("size", "u32", 0, U32, "bytes", "size of the photo")),
}

# One fix: (name, bits, minimum, maximum, value for unknown, unit, meaning); 64 bits, high bit first.
FIX_BITS = (
    ("dlat", 16, -32768, 32767, None, "2**shift * 1e-7 deg", "latitude minus the origin's, two's complement"),
    (
        "dlon",
        16,
        -32768,
        32767,
        None,
        "2**shift * 1e-7 deg",
        "longitude minus the origin's, two's complement",
    ),
    ("speed_kmh10", 11, 0, 2046, 2047, "0.1 km/h", "satellite speed"),
    ("heading_deg", 9, 0, 359, 511, "deg", "course over ground"),
    ("satellites", 5, 0, 31, None, "", "satellites in use; 31 means 31 or more"),
    ("hdop_fifth", 6, 0, 62, 63, "0.2", "HDOP in fifths, rounded up; 63 also for 12.6 or more"),
    ("estimated", 1, 0, 1, None, "", "1 for a dead-reckoned position"),
)
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
