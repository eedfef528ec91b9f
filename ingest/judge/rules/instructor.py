"""The instructor: signed in before the trainee, and still there (domain: his sign-out blocks timing)."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Ints
from ingest.judge.evidence import INSTRUCTOR, MinuteMeasures
from ingest.judge.rulebook.rule import MINUTE, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import RULES_2022, TIMING_PROTOCOL

BACK = 300
"""Records before a session's sign-in that may tell of its instructor."""
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
    """The last that the terminal recorded of the minute's instructor before its record is a sign-out,
    and it lies before the minute; whoever else has signed in since. Of an instructor of whose presence
    nothing is recorded the last mark of any instructor tells. What lies more than BACK records before the
    trainee's sign-in does not count: how far back a judgement reads must not change it."""
    marks, minutes = case.marks, case.minutes
    marks = marks.take(marks.role == INSTRUCTOR)
    left_s = np.zeros(len(minutes), dtype=np.int64)
    if not len(marks) or not len(minutes):
        return hits(left_s > 0, left_utc_s=left_s)
    terminals = np.unique(np.concatenate([marks.terminal, minutes.terminal]))
    mark_of, minute_of = (np.searchsorted(terminals, table.terminal) for table in (marks, minutes))
    people, who = np.unique(np.concatenate([marks.person, minutes.instructor]), return_inverse=True)
    each = len(people)
    own_mark, own_minute = mark_of * each + who[: len(marks)], minute_of * each + who[len(marks) :]
    at = _last(own_mark, marks.seq, own_minute, minutes)
    at = np.where(at >= 0, at, _last(mark_of, marks.seq, minute_of, minutes))
    out = (at >= 0) & ~marks.sign_in[at] & (marks.utc_s[at] > 0) & (marks.utc_s[at] <= minutes.minute * 60)
    left_s[out] = marks.utc_s[at[out]]
    return hits(out, left_utc_s=left_s)


def _last(mark_of: Ints, seq: Ints, minute_of: Ints, minutes: MinuteMeasures) -> Ints:
    """Which mark is the last one before each minute's record, among those of the minute's own group and near
    enough to its session; -1 for none."""
    order = np.lexsort((seq, mark_of))
    keys = (mark_of << _SEQ_BITS | seq)[order]
    before = np.searchsorted(keys, minute_of << _SEQ_BITS | minutes.seq) - 1
    at = order[np.maximum(before, 0)]
    near = (before >= 0) & (mark_of[at] == minute_of) & (seq[at] > minutes.session - BACK)
    last: Ints = np.where(near, at, -1)
    return last


@rule(
    123,
    "TRAINEE_IS_INSTRUCTOR",
    MINUTE,
    "Trainee and instructor of this minute are the same person.",
    "该分钟的学员与教练员为同一人。",
    RULES_2022,
    numbers={"instructor": "number"},
)
def trainee_is_instructor(case: Case, rules: RuleSet) -> Finding:
    """Domain: the instructor signs in first, and the trainee drives with an instructor: nobody teaches
    himself."""
    minutes = case.minutes
    same = (minutes.trainee == minutes.instructor) & (minutes.trainee > 0)
    return hits(same, instructor=minutes.instructor)
