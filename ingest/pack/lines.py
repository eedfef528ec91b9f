"""What a verification tells, line by line."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One thing that was checked, or (proven False) that a pack cannot prove."""

    english: str
    chinese: str
    proven: bool = True
