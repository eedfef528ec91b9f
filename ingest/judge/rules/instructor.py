"""The instructor: signed in before the trainee, and still there (domain: his sign-out blocks timing)."""

import numpy as np

from ingest.judge.case import Case, Finding, hits
from ingest.judge.evidence import INSTRUCTOR
from ingest.judge.rule import MINUTE, rule
from ingest.judge.rule_set import RuleSet
from ingest.judge.sources import TIMING_PROTOCOL

_SEQ_BITS = 32


@rule(
    54,
    "INSTRUCTOR_LEFT",
    MINUTE,
    "The instructor had signed out before this minute.",
    "教练员在该分钟之前已签退。",
    TIMING_PROTOCOL,
    numbers={"left_utc_s": "s"},
)
def instructor_left(case: Case, rules: RuleSet) -> Finding:
    """The last that the terminal recorded of an instructor's presence before the minute's record is a
    sign-out, and it lies before the minute."""
    marks, minutes = case.marks, case.minutes
    marks = marks.take(marks.role == INSTRUCTOR)
    left_s = np.zeros(len(minutes), dtype=np.int64)
    if not len(marks) or not len(minutes):
        return hits(left_s > 0, left_utc_s=left_s)
    terminals = np.unique(np.concatenate([marks.terminal, minutes.terminal]))
    keys = np.searchsorted(terminals, marks.terminal) << _SEQ_BITS | marks.seq
    place = np.searchsorted(terminals, minutes.terminal)
    before = np.searchsorted(keys, place << _SEQ_BITS | minutes.seq) - 1
    at = np.maximum(before, 0)
    own = (before >= 0) & (keys[at] >> _SEQ_BITS == place)
    out = own & ~marks.sign_in[at] & (marks.utc_s[at] > 0) & (marks.utc_s[at] <= minutes.minute * 60)
    left_s[out] = marks.utc_s[at[out]]
    return hits(out, left_utc_s=left_s)
