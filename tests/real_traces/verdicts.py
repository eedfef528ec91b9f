"""A drive judged inside a fence, minute by minute, as a test or a picture asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.cli.scenarios.judged import judged
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.reasons import BY_NUMBER
from tests.real_traces.drives import Drive, day_of

LETTERS = {ACCEPTED: "A", REFUSED: "R", UNSURE: "?"}
OUT_OF_FENCE = "OUT_OF_FENCE"


@dataclass(frozen=True)
class Told:
    """By minute from the drive's first one on: verdict as a letter, names of all that was found."""

    verdict: dict[int, str]
    reasons: dict[int, set[str]]

    def letters(self, first: int, last: int) -> str:
        """The verdicts of minutes first..last, a blank where there is none."""
        return "".join(self.verdict.get(minute, " ") for minute in range(first, last + 1))

    def refused_by_fence(self) -> set[int]:
        """Minutes that OUT_OF_FENCE refuses."""
        return {minute for minute, names in self.reasons.items() if OUT_OF_FENCE in names}


def told(one: Drive, *fences: dict[str, Any]) -> Told:
    """Measured, screened and judged."""
    judgement = judged(day_of([one], list(fences)))
    minutes = (judgement.case.minutes.minute - one.begin_s // 60).tolist()
    reasons: dict[int, set[str]] = {minute: set() for minute in minutes}
    for number, finding in judgement.findings:
        for row in np.flatnonzero(finding.any).tolist():
            reasons[minutes[row]].add(BY_NUMBER[number][1])
    letters = [LETTERS[verdict] for verdict in judgement.verdict.tolist()]
    return Told(dict(zip(minutes, letters, strict=True)), reasons)


def suspected(drives: list[Drive]) -> dict[int, list[int]]:
    """Kinds of suspicion that the screening raises over all of them, with the scores."""
    suspicions = judged(day_of(drives, [])).case.suspicions
    found: dict[int, list[int]] = {}
    for kind, score in zip(suspicions.kind.tolist(), suspicions.score.tolist(), strict=True):
        found.setdefault(kind, []).append(score)
    return found
