"""Faces that leave a doubt: nobody was in the seat, or somebody else drove since the sign-in."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools
from ingest.judge.evidence import INSTRUCTOR, TRAINEE, FaceChecks
from ingest.judge.rulebook.rule import UNSURE, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import COURTS, TIMING_PROTOCOL
from ingest.judge.rulebook.thresholds import FACE_AROUND_MIN, FACE_EVERY_MIN
from ingest.judge.rules.face import Times, matches, mismatches

_NO_FACE = 4


@rule(
    121,
    "FACE_NOT_FOUND",
    UNSURE,
    "A face check found nobody in the seat, and no face was confirmed soon after.",
    "人脸核验未检测到人脸，且其后未及时通过核验。",
    TIMING_PROTOCOL,
    numbers={"no_face_utc_s": "s"},
    thresholds=(FACE_AROUND_MIN,),
    flagged=True,
)
def not_found(case: Case, rules: RuleSet) -> Finding:
    """The trainee's or the instructor's last check found no face, and none matches until face_around_min
    minutes after the minute. One look into the sun is followed by a match."""
    end_s = case.minutes.minute * 60 + 60
    absent_s = np.zeros(len(end_s), dtype=np.int64)
    for role in (TRAINEE, INSTRUCTOR):
        no_face_s = Times(case, role, _no_face).last_before(end_s)
        match_s = Times(case, role, matches).last_before(end_s + rules.face_around_min * 60)
        inside = no_face_s >= case.sessions.start_s[case.row]
        absent_s = np.maximum(absent_s, np.where(inside & (match_s < no_face_s), no_face_s, 0))
    return hits(absent_s > 0, no_face_utc_s=absent_s)


@rule(
    122,
    "FACE_NOT_SINCE_SIGN_IN",
    UNSURE,
    "The first face check after the sign-in found somebody else.",
    "签到后首次人脸核验即不符，无法确认此前由学员本人驾驶。",
    COURTS,
    numbers={"mismatch_utc_s": "s"},
    thresholds=(FACE_AROUND_MIN, FACE_EVERY_MIN),
    flagged=True,
)
def not_since_sign_in(case: Case, rules: RuleSet) -> Finding:
    """No check between the sign-in and the next mismatch confirmed the trainee's face: since when somebody
    else drove nobody knows. Looked for as far ahead as a check is due; where records are missing there that
    may be such a check, it is a doubt as well."""
    minutes = case.minutes
    end_s, start_s = minutes.minute * 60 + 60, case.sessions.start_s[case.row]
    confirmed = Times(case, TRAINEE, matches)
    seen = confirmed.last_before(end_s) > start_s
    match_s = confirmed.first_after(end_s)
    due_min = rules.face_every_min + rules.face_around_min
    wrong_s = Times(case, TRAINEE, mismatches).first_after(np.maximum(start_s, 1))
    swapped = ~seen & (wrong_s < match_s) & (wrong_s <= end_s + due_min * 60)
    hole_s = end_s + case.hole_in_min * 60
    missing = ~seen & (case.hole_in_min >= 0) & (case.hole_in_min <= due_min) & (match_s >= hole_s)
    return hits(swapped | missing, mismatch_utc_s=np.where(swapped, wrong_s, 0))


def _no_face(checks: FaceChecks) -> Bools:
    """Nobody was seen by a check within a session."""
    absent: Bools = (checks.outcome == _NO_FACE) & (checks.session > 0)
    return absent
