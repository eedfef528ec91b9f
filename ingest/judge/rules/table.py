"""The table of rules: which function speaks for which reason. Reasons are firmware.wire.reasons' numbers."""

from collections.abc import Callable

from firmware.wire import reasons
from ingest.judge.case import Case, Claims, Finding
from ingest.judge.columns import Bools
from ingest.judge.rule_set import RuleSet
from ingest.judge.rules import day_cap, face, fence, gnss, overlap, standing, terminal

Rule = Callable[[Case, RuleSet], Finding]
Overlap = Callable[[Case, Claims], Finding]
Cap = Callable[[Case, RuleSet, Bools], Finding]

RULES: tuple[tuple[int, Rule], ...] = (
    (reasons.TERM_UNKNOWN, terminal.unknown),
    (reasons.TERM_REVOKED, terminal.revoked),
    (reasons.OUT_OF_FENCE, fence.out_of_fence),
    (reasons.FENCE_NONE, fence.fence_none),
    (reasons.FACE_MISSING_TRAINEE, face.missing_trainee),
    (reasons.FACE_MISMATCH_TRAINEE, face.mismatch_trainee),
    (reasons.FACE_MISSING_INSTRUCTOR, face.missing_instructor),
    (reasons.FACE_MISMATCH_INSTRUCTOR, face.mismatch_instructor),
    (reasons.ENGINE_OFF, standing.engine_off),
    (reasons.PARKED, standing.parked),
    (reasons.GNSS_NONE, gnss.gnss_none),
    (reasons.JUMP, gnss.jump),
    (reasons.ODO_TRACK_CONFLICT, gnss.odo_track_conflict),
    (reasons.FENCE_DOUBT, fence.fence_doubt),
    (reasons.SEQ_GAP, terminal.seq_gap),
    (reasons.SESSION_UNKNOWN, terminal.session_unknown),
    (reasons.GNSS_THIN, gnss.gnss_thin),
    (reasons.CLOCK_CONFLICT, terminal.clock_conflict),
    (reasons.COURSE_UNKNOWN, terminal.course_unknown),
    (reasons.MINUTE_TWICE, terminal.minute_twice),
    (reasons.MINUTE_SHORT, terminal.minute_short),
    (reasons.SIGNATURE_MISSING, terminal.signature_missing),
    (reasons.SIGNATURE_BAD, terminal.signature_bad),
)

OVERLAPS: tuple[tuple[int, Overlap], ...] = (
    (reasons.OVERLAP_TRAINEE, overlap.trainee),
    (reasons.OVERLAP_INSTRUCTOR, overlap.instructor),
    (reasons.OVERLAP_CAR, overlap.car),
)
"""Overlaps are asked about what no rule refused: a minute that is worth nothing takes nothing from others."""

CAPS: tuple[tuple[int, Cap], ...] = ((reasons.DAY_CAP_PRACTICE, day_cap.day_cap_practice),)
"""Caps count what rules and overlaps left accepted, so they come last, each after the one above it."""

FLAGGED = frozenset(
    {
        reasons.FACE_MISMATCH_TRAINEE,
        reasons.FACE_MISMATCH_INSTRUCTOR,
        reasons.JUMP,
        reasons.ODO_TRACK_CONFLICT,
        reasons.OVERLAP_TRAINEE,
        reasons.OVERLAP_INSTRUCTOR,
        reasons.OVERLAP_CAR,
        reasons.FENCE_DOUBT,
        reasons.SEQ_GAP,
        reasons.GNSS_THIN,
        reasons.CLOCK_CONFLICT,
        reasons.MINUTE_TWICE,
        reasons.SIGNATURE_BAD,
    }
)
"""Reasons that a person should look at, besides what they do to the minute."""
