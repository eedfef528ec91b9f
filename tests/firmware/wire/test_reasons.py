"""Reason codes: stable, unique, in both languages."""

from firmware.wire import reasons

STABLE = {
    "TERM_UNKNOWN": 1,
    "TERM_REVOKED": 2,
    "SEAL_BAD": 3,
    "TOPIC_MISMATCH": 4,
    "MALFORMED": 5,
    "CHAIN_BROKEN": 6,
    "SEQ_FORK": 7,
    "OUT_OF_FENCE": 20,
    "FENCE_NONE": 21,
    "FACE_MISSING_TRAINEE": 22,
    "FACE_MISMATCH_TRAINEE": 23,
    "FACE_MISSING_INSTRUCTOR": 24,
    "FACE_MISMATCH_INSTRUCTOR": 25,
    "ENGINE_OFF": 26,
    "PARKED": 27,
    "GNSS_NONE": 28,
    "JUMP": 29,
    "ODO_TRACK_CONFLICT": 30,
    "OVERLAP_TRAINEE": 31,
    "OVERLAP_INSTRUCTOR": 32,
    "OVERLAP_CAR": 33,
    "DAY_CAP_PRACTICE": 34,
    "FENCE_DOUBT": 35,
    "SEQ_GAP": 36,
    "SESSION_UNKNOWN": 37,
    "GNSS_THIN": 38,
    "CLOCK_CONFLICT": 39,
    "COURSE_UNKNOWN": 40,
    "MINUTE_TWICE": 41,
    "SIGNATURE_MISSING": 42,
    "SIGNATURE_BAD": 43,
    "MINUTE_SHORT": 44,
}


def test_numbers_never_change() -> None:
    assert {row[1]: row[0] for row in reasons.REASONS} == STABLE
    for name, number in STABLE.items():
        assert getattr(reasons, name) == number


def test_every_reason_is_told_in_both_languages() -> None:
    for number, _, effect, english, chinese in reasons.REASONS:
        assert reasons.BY_NUMBER[number][3] == english
        assert effect in ("quarantine", "minute", "unsure")
        assert english.endswith(".") and english.isascii()
        assert chinese.endswith("。") and not chinese.isascii()
