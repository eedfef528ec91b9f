"""What the fields of firmware.wire.fields mean, for people: a terminal never loads this file.

A note is (name, unit, meaning), in the order of the table it explains. docs/reference/wire-format.md is
generated from both.
"""

from firmware.wire.fields import (
    BOOT,
    DIAGNOSTIC,
    FACE_CHECK,
    HEAD,
    MINUTE,
    MINUTE_THIN,
    ORDER,
    PHOTO,
    SIGN_IN,
    SIGN_OUT,
    STATUS,
    THINNED,
    TIME,
)

HEADER_NOTES = (
    ("kind", "", "record kind"),
    ("terminal", "16-digit number", "the terminal that made the record"),
    ("seq", "", "sequence number, gapless per terminal, from 1"),
    ("prev", "SHA-256", "digest of the whole previous record; zeros for seq 1"),
    ("boot", "", "boot number, counted by the terminal"),
    ("uptime_s", "s", "seconds since that boot"),
    ("utc_s", "s since 1970-01-01 UTC", "when the record was made; 0 unknown"),
    ("clock", "", "clock quality: 0 none, 1 rtc, 2 server, 3 gnss"),
)

_SESSION = ("session", "seq", "the trainee's sign-in record; 0 outside a training session")
_ROLE = ("role", "", "1 instructor, 2 trainee")
_PERSON = ("person", "16-digit number", "who")
_COURSE = ("course", "10-digit code", "course code; its 4th digit is the part; 0 none")
_FACE_ID = ("face_id", "", "face module's number of the face; 65535 none")
_PHOTO = ("photo", "SHA-256", "digest of the photo; zeros none")
_MOMENT = ("moment", "", "1 sign-in, 2 periodic, 3 sign-out, 4 ordered, 5 after a restart")
_SLOT = ("slot", "", "application slot: 0 a, 1 b, 255 none")
_FIRMWARE = ("firmware", "", "firmware version: major * 1000000 + minor * 1000 + patch")

_MINUTE_BODY = (
    _SESSION,
    ("trainee", "16-digit number", "trainee"),
    ("instructor", "16-digit number", "instructor"),
    _COURSE,
    ("minute", "min since 1970-01-01 UTC", "the UTC minute"),
    ("odometer_m", "m", "wheel distance since the terminal's start"),
    ("wheel_m", "m", "wheel distance in this minute"),
    ("rpm_max", "1/min", "highest engine speed in this minute"),
    ("ignition_s", "s", "seconds of this minute with ignition on"),
    ("counted_s", "s", "seconds of this minute that the terminal counted"),
    (
        "stops",
        "bits",
        "seen in this minute: 1 engine off, 2 trainee's face not his, 4 instructor's face not his, "
        "8 nobody seen, 16 face module fault, 32 check overdue, 64 training ban, 128 outside the "
        "ground, 256 no position",
    ),
    ("origin_lat_e7", "1e-7 deg", "latitude of the first fix, WGS-84"),
    ("origin_lon_e7", "1e-7 deg", "longitude of the first fix, WGS-84"),
    ("shift", "", "fix offsets are in 2**shift * 1e-7 deg"),
    ("seconds", "bits", "bit i, from the high bit of byte 0: second i had a fix"),
)

BODY_NOTES = {
    BOOT: (
        _FIRMWARE,
        (
            "reset_cause",
            "",
            "0 unknown, 1 power-on, 2 hard reset, 3 watchdog, 4 soft reset, 5 brown-out, 6 update",
        ),
        ("unreceipted", "records", "records in the journal that wait for a receipt"),
        ("torn_bytes", "bytes", "bytes of a half-written record found and cut off"),
        _SLOT,
        ("stage", "", "what the terminal was at when the watchdog bit; 0 unknown"),
    ),
    SIGN_IN: (
        _SESSION,
        _ROLE,
        _PERSON,
        ("instructor", "16-digit number", "the instructor in charge"),
        _COURSE,
        _FACE_ID,
        ("online", "", "1 when the broker was connected"),
    ),
    FACE_CHECK: (
        _SESSION,
        _ROLE,
        _MOMENT,
        ("expected", "16-digit number", "who should be there; 0 anyone of that role"),
        ("matched", "16-digit number", "who was recognised; 0 nobody"),
        (
            "outcome",
            "",
            "0 match, 1 another enrolled person, 2 unknown face, 3 liveness failed, 4 no face, "
            "5 time-out, 6 module fault",
        ),
        _FACE_ID,
        ("score", "0..100", "similarity; 255 not given by the module"),
        _PHOTO,
    ),
    MINUTE: _MINUTE_BODY,
    SIGN_OUT: (
        _SESSION,
        _ROLE,
        _PERSON,
        ("how", "", "1 by hand, 2 with the instructor, 3 ignition off, 4 forced"),
        ("minutes", "min", "minute records made since the sign-in or, after it, the last restart"),
        ("distance_m", "m", "wheel distance since then"),
    ),
    DIAGNOSTIC: (
        (
            "code",
            "",
            "1 power, 2 timing, 3 positioning, 4 recording, 5 transfer, 6 face module, 7 wheel sensor, "
            "8 antenna, 9 camera",
        ),
        ("state", "", "1 set, 0 cleared"),
        ("value", "", "the number behind it; of a set code 4: the seq of a record that the flash lost, or 0"),
    ),
    HEAD: (
        ("through", "seq", "the signature covers this record and all before it"),
        ("head", "SHA-256", "digest of that record"),
        ("key", "", "first 8 bytes of the SHA-256 of the public key"),
        ("signature", "Ed25519", "over records.head_message"),
    ),
    TIME: (
        ("uptime_ms", "ms", "at this uptime of the header's boot"),
        ("true_s", "s since 1970-01-01 UTC", "it was this time"),
        ("true_ms", "ms", "and so many milliseconds"),
        ("source", "", "1 rtc, 2 server, 3 gnss"),
        ("was_s", "s since 1970-01-01 UTC", "what the terminal's clock said; 0 unknown"),
        ("weeks", "weeks", "added because the receiver's week number had rolled over"),
    ),
    THINNED: (
        ("first_seq", "seq", "from this record"),
        ("last_seq", "seq", "to this one"),
        ("minutes", "records", "minutes that lost fixes"),
        ("dropped", "", "fixes dropped"),
    ),
    ORDER: (
        ("order", "", "the order's number"),
        ("code", "", "what was ordered, see orders; 0: not looked at, for its number is not above value"),
        ("outcome", "", "0 done, 1 refused in this state, 2 malformed, 3 unknown code, 4 expired, 5 begun"),
        ("value", "", "the number behind it, by code"),
    ),
    STATUS: (
        ("moment", "", "1 boot, 2 daily, 3 ordered"),
        _FIRMWARE,
        _SLOT,
        ("reset_cause", "", "as in BOOT"),
        ("self_test", "bits", "what failed; 0 nothing"),
        ("faults", "bits", "diagnostics that are set: bit code - 1"),
        ("journal_size", "bytes", "size of the journal"),
        ("journal_free", "bytes", "room until traces are thinned"),
        ("unreceipted", "records", "records that wait for a receipt"),
        ("photos", "", "photos that wait to be sent"),
        ("temperature_c10", "0.1 C", "of the processor; 32767 unknown"),
        ("supply_mv", "mV", "supply; 0 unknown"),
        ("satellites", "", "satellites in use"),
        ("antenna", "", "0 unknown, 1 well, 2 open, 3 short"),
        ("faces", "", "faces enrolled; 65535 unknown"),
        ("grounds", "", "version of the grounds on board; 0 none"),
        ("settings", "", "number of the order that brought the newest settings; 0 none"),
    ),
    MINUTE_THIN: _MINUTE_BODY,
    PHOTO: (
        _SESSION,
        _ROLE,
        _MOMENT,
        _PHOTO,
        ("size", "bytes", "size of the photo"),
    ),
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
