"""The one error of this package and the way to raise it."""

from __future__ import annotations

import json
from dataclasses import dataclass


class FenceError(ValueError):
    """A fence file that was refused.

    `str()` is one sentence: source, feature, place, problem, what to do. The parts are attributes.
    """

    def __init__(self, source: str, feature: str, place: str, problem: str, remedy: str) -> None:
        self.source = source
        self.feature = feature
        self.place = place
        self.problem = problem
        self.remedy = remedy
        where = ": ".join(part for part in (source, feature, place) if part)
        super().__init__(f"{where}: {problem}; {remedy}.")


@dataclass(frozen=True)
class Where:
    """The source and feature being read; `feature` is empty for the file as a whole."""

    source: str
    feature: str = ""

    def refuse(self, place: str, problem: str, remedy: str) -> FenceError:
        """The error to raise for something wrong at `place` within this feature."""
        return FenceError(self.source, self.feature, place, problem, remedy)


def shown(value: object) -> str:
    """A JSON value as it stands in a sentence, cut to 40 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
