"""Scores of the screening, as the judge takes them in."""

from dataclasses import dataclass

from ingest.judge.columns import Columns, Ints

SCORE_MAX = 1000

TRACE_REPLAYED = 80
TRACE_SHARED = 81
WHEEL_WITHOUT_TRACE = 82
TRACE_WITHOUT_WHEEL = 83
PULSES_TOO_EVEN = 84
SIGNAL_TOO_CLEAN = 85
CLOCKWORK = 86
NUDGED = 87
TERMINAL_CLONED = 88
PHOTO_REUSED = 89
SCORES_REPEATED = 90
QUOTA_EXACT = 91
RECORDS_INSERTED = 92
HANDOVER_IMPOSSIBLE = 93

SIGNAL_BY_DICE = 97

KINDS = (*range(TRACE_REPLAYED, HANDOVER_IMPOSSIBLE + 1), SIGNAL_BY_DICE)
"""What `hourfence screen` writes."""

PHOTO_FACE_DIFFERS = 94
PHOTO_NO_FACE = 95
PHOTO_LOOKS_REUSED = 96

PHOTO_KINDS = (PHOTO_FACE_DIFFERS, PHOTO_NO_FACE, PHOTO_LOOKS_REUSED)
"""What `hourfence faces compare` writes."""


@dataclass(frozen=True, eq=False)
class Suspicions(Columns):
    """One row a training session and kind of suspicion, several where it has several other sides.

    kind: the number of the rule that reads it (80..99). score: 0 nothing .. 1000 as sure as screening gets.
    first_minute, last_minute: what it speaks about (Unix minutes, inclusive). session 0: the whole terminal.
    other_terminal, other_session: the other side, 0 where there is none.
    """

    terminal: Ints
    session: Ints
    kind: Ints
    score: Ints
    first_minute: Ints
    last_minute: Ints
    other_terminal: Ints
    other_session: Ints
