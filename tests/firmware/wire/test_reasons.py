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
}


def test_numbers_never_change() -> None:
    assert {row[1]: row[0] for row in reasons.REASONS} == STABLE
    for name, number in STABLE.items():
        assert getattr(reasons, name) == number


def test_every_reason_is_told_in_both_languages() -> None:
    for number, _, effect, english, chinese in reasons.REASONS:
        assert reasons.BY_NUMBER[number][3] == english
        assert effect == "quarantine" and 1 <= number <= 19
        assert english.endswith(".") and english.isascii()
        assert chinese.endswith("。") and not chinese.isascii()
