"""Which pin is what on the ESP32-S3 board; settings.json may give others under "pins".

-1: there is none. The S3 has three UARTs. UART 0 is the modem's, or, on WiFi, the camera's; a board
that wants both needs a UART expander. GPIO 19 and 20 are USB (the depot's cable), 26 to 37 flash and PSRAM.
"""

PINS = {
    "gnss_tx": 17,
    "gnss_rx": 18,
    "face_tx": 15,
    "face_rx": 16,
    # UART 0: the modem or the camera.
    "uart0_tx": 43,
    "uart0_rx": 44,
    "modem_power": 14,
    "i2c_sda": 8,
    "i2c_scl": 9,
    "wheel": 4,
    "engine": 5,
    "ignition": 6,
    "supply": 7,
    "button_I": 10,
    "button_2": 11,
    "button_3": 12,
    "button_O": 13,
    "button_X": 21,
    "beeper": 47,
}
BUTTON_KEYS = "I23OX"
BUTTONS = ("button_I", "button_2", "button_3", "button_O", "button_X")

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
    "photos": "/photos",
    "ignition_off_out_min": 150,
    "utc_offset_min": 480,
    "keepalive_s": 60,
    "language": "both",
    "fence_margin_m": 10,
    "uplink_records_per_s": 8,
    "release_key": "",
    "engine_pulses_per_turn10": 20,
    # 12 V through 100 kOhm over 15 kOhm.
    "supply_ratio1000": 7667,
    "gnss_baud": 9600,
    "face_baud": 115200,
    # "wifi" with wifi_name and wifi_word, or "modem" with apn.
    "network": "wifi",
    "wifi_name": "",
    "wifi_word": "",
    "apn": "cmnet",
    "modem_baud": 115200,
    "camera": None,
    "watchdog_s": 30,
    "journal_partition": "journal",
    "keep": "/keep",
    "heap_log_ms": 0,
    "gnss_floor_s": 1735689600,
    "courses": {"2": 1212360000, "3": 1213360000},
}
