"""The settings of a terminal on a desk: what its file may leave out, and what it must say."""

import json

DEFAULTS = {
    "username": "",
    "password": "",
    "tls_ca": None,
    "tls_name": None,
    "factor": 1,
    "pulses_per_km": 4000,
    "face_check_min": 30,
    "face_recheck_s": 120,
    "face_timeout_s": 8,
    "face_carry_min": 60,
    "photo_min": 15,
    "photo_bytes": 2097152,
    "photos": None,
    "camera": None,
    "ignition_off_out_min": 150,
    "utc_offset_min": 480,
    "keepalive_s": 60,
    "gnss_floor_s": 1577836800,
    "heap_log_ms": 0,
    "journal_bytes": 4194304,
    "keep": None,
    "screen": "",
    "language": "both",
    "fence_margin_m": 10,
    "uplink_records_per_s": 8,
    "cable": None,
    "release_key": "",
    "courses": {"2": 1212360000, "3": 1213360000},
}
REQUIRED = ("terminal", "key_hex", "host", "port", "gnss", "face", "vehicle", "journal")


def is_new(path):
    """Whether the settings file has a cable and no number yet: then the depot gives it one."""
    with open(path) as source:
        settings = json.load(source)
    return "cable" in settings and "terminal" not in settings


def load_settings(path):
    """(settings dict, key bytes) from a JSON file; raises ValueError naming what is wrong."""
    with open(path) as source:
        settings = dict(DEFAULTS)
        settings.update(json.load(source))
    for name in REQUIRED:
        if name not in settings:
            raise ValueError("%s: %s is missing" % (path, name))
    if settings["photos"] is None:
        settings["photos"] = settings["journal"] + "_photos"
    if settings["keep"] is None:
        settings["keep"] = settings["journal"] + "_keep"
    text = settings["key_hex"]
    if len(text) != 64:
        raise ValueError("%s: key_hex needs 64 hexadecimal digits" % path)
    key = bytes([int(text[i : i + 2], 16) for i in range(0, 64, 2)])
    return settings, key
