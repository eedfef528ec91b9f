"""Holes in a session's trace: minutes whose fixes cover too little, and how long they go on."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.case.case import Case
from ingest.judge.columns import Bools, Ints
from ingest.judge.rulebook.rule_set import RuleSet


@dataclass(frozen=True, eq=False)
class Holes:
    """Per minute: it lies in a hole; the hole's minutes, recorded or not (0 outside one)."""

    dark: Bools
    hole_min: Ints


def holes(case: Case, rules: RuleSet) -> Holes:
    """A hole reaches from one minute that is seen to the next of its session, or to the session's end.

    Where the car comes out of it, and how far its wheel turned, clears no minute of a hole: who takes away
    the fixes that show a car outside must not gain by it.
    """
    minutes, n = case.minutes, len(case.minutes)
    dark = (minutes.covered_s < rules.gnss_covered_s) | (minutes.fix_estimated > minutes.fix_n)
    each = np.arange(n)
    before = np.maximum.accumulate(np.where(dark, -1, each)) if n else each
    after = np.minimum.accumulate(np.where(dark, n, each)[::-1])[::-1] if n else each
    at = np.flatnonzero(dark)
    left, right = np.maximum(before[at], 0), np.minimum(after[at], max(n - 1, 0))
    has_left = (before[at] >= 0) & (case.row[left] == case.row[at])
    has_right = (after[at] < n) & (case.row[right] == case.row[at])
    begin = np.where(has_left, minutes.minute[left] + 1, case.sessions.start_s[case.row[at]] // 60)
    hole_min = np.zeros(n, dtype=np.int64)
    hole_min[at] = np.where(has_right, minutes.minute[right], _ends(case)[case.row[at]]) - begin
    return Holes(dark, hole_min)


def _ends(case: Case) -> Ints:
    """Per session the minute after its last record."""
    end = np.zeros(len(case.sessions), dtype=np.int64)
    np.maximum.at(end, case.row, case.minutes.minute + 1)
    return end
