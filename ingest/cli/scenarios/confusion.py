"""Verdicts against truth: what was refused wrongly, what was accepted wrongly, what was left unsure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ingest.judge import reasons
from ingest.judge.judge import Judgement
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from simulators.worlds.truth import FRAUD, HONEST
from simulators.worlds.world import Day


@dataclass
class Confusion:
    """Minutes by truth and verdict. unsure counts honest and fraudulent ones alike; fraud_unsure the latter.

    reasons: (what went wrong, why by the truth, reason's name) -> minutes.
    """

    honest_minutes: int = 0
    wrongly_refused: int = 0
    fraud_minutes: int = 0
    wrongly_accepted: int = 0
    unsure: int = 0
    fraud_unsure: int = 0
    either: int = 0
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, other: Confusion) -> None:
        """Both together."""
        for name in (*FIGURES, "fraud_unsure", "either"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons.update(other.reasons)

    def figures(self) -> dict[str, int]:
        """The five of the report."""
        return {name: getattr(self, name) for name in FIGURES}


FIGURES = ("honest_minutes", "wrongly_refused", "fraud_minutes", "wrongly_accepted", "unsure")


def confusion(name: str, day: Day, judgement: Judgement) -> Confusion:
    """Hold every verdict against the truth. A minute recorded that has no truth is a fault of the library."""
    found = Confusion()
    minutes = judgement.case.minutes
    spoken = _spoken(judgement)
    keys = zip(minutes.terminal.tolist(), minutes.seq.tolist(), strict=True)
    for row, (key, verdict) in enumerate(zip(keys, judgement.verdict.tolist(), strict=True)):
        label = day.truth[key]
        if label.worth == HONEST:
            found.honest_minutes += 1
            found.wrongly_refused += verdict == REFUSED
            found.unsure += verdict == UNSURE
        elif label.worth == FRAUD:
            found.fraud_minutes += 1
            found.wrongly_accepted += verdict == ACCEPTED
            found.unsure += verdict == UNSURE
            found.fraud_unsure += verdict == UNSURE
        else:
            found.either += 1
            continue
        what = _WHAT.get((label.worth, verdict))
        if what is not None:
            for reason in spoken.get(row, ["NOTHING"]):
                found.reasons[what, f"{name}: {label.why}" if label.why else name, reason] += 1
    return found


_WHAT = {
    (HONEST, REFUSED): "wrongly refused",
    (HONEST, UNSURE): "honest but unsure",
    (FRAUD, ACCEPTED): "wrongly accepted",
    (FRAUD, UNSURE): "fraud held as unsure",
    (FRAUD, REFUSED): "fraud refused",
}


def _spoken(judgement: Judgement) -> dict[int, list[str]]:
    spoken: dict[int, list[str]] = {}
    for reason, finding in judgement.findings:
        for row in finding.any.nonzero()[0].tolist():
            spoken.setdefault(row, []).append(reasons.BY_NUMBER[reason][1])
    return spoken
