"""What a SETTINGS order may set. A terminal loads it only while it looks at settings."""

# name: (minimum, maximum); a text has the choices instead.
SETTABLE = {
    "face_check_min": (5, 30),
    "face_recheck_s": (30, 3600),
    "face_timeout_s": (3, 60),
    "face_carry_min": (0, 720),
    "photo_min": (1, 240),
    "ignition_off_out_min": (5, 1440),
    "pulses_per_km": (100, 100000),
    "keepalive_s": (10, 1200),
    "fence_margin_m": (0, 200),
    "uplink_records_per_s": (1, 100),
    "language": ("zh", "en", "both"),
}
