"""Reasons told at the door: why a payload went to quarantine. Reasons of minutes are the judge's rules.

A row is (number, NAME, effect, English, Chinese). Numbers are stable for ever; those told here are 1 to 19.
"""

TERM_UNKNOWN = 1
TERM_REVOKED = 2
SEAL_BAD = 3
TOPIC_MISMATCH = 4
MALFORMED = 5
CHAIN_BROKEN = 6
SEQ_FORK = 7

REASONS = (
    (TERM_UNKNOWN, "TERM_UNKNOWN", "quarantine", "The terminal is not registered.", "计时终端未备案。"),
    (
        TERM_REVOKED,
        "TERM_REVOKED",
        "quarantine",
        "The terminal's registration is not in force.",
        "计时终端备案已失效或被撤销。",
    ),
    (
        SEAL_BAD,
        "SEAL_BAD",
        "quarantine",
        "The seal does not verify with the terminal's key.",
        "数据签章与终端密钥不符。",
    ),
    (
        TOPIC_MISMATCH,
        "TOPIC_MISMATCH",
        "quarantine",
        "The data arrived under another terminal's topic.",
        "数据从其他终端的主题上传。",
    ),
    (MALFORMED, "MALFORMED", "quarantine", "The data cannot be read.", "数据无法解析。"),
    (
        CHAIN_BROKEN,
        "CHAIN_BROKEN",
        "quarantine",
        "The record does not follow the one before it.",
        "记录与前一条记录不衔接。",
    ),
    (
        SEQ_FORK,
        "SEQ_FORK",
        "quarantine",
        "Another record with this sequence number is already stored.",
        "该序号已有内容不同的记录。",
    ),
)

BY_NUMBER = {}
for _row in REASONS:
    BY_NUMBER[_row[0]] = _row
