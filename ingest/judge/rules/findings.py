"""How a rule states what it found."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.judge.columns import Bools
from ingest.judge.model import Finding


def refuse(mask: Bools, **numbers: npt.NDArray[Any]) -> Finding:
    """These minutes are refused."""
    nothing = np.zeros(len(mask), dtype=bool)
    return Finding(mask, nothing, nothing, numbers)


def doubt(mask: Bools, **numbers: npt.NDArray[Any]) -> Finding:
    """These minutes are unsure."""
    nothing = np.zeros(len(mask), dtype=bool)
    return Finding(nothing, mask, nothing, numbers)


def note(mask: Bools, **numbers: npt.NDArray[Any]) -> Finding:
    """These minutes get a note that changes nothing."""
    nothing = np.zeros(len(mask), dtype=bool)
    return Finding(nothing, nothing, mask, numbers)
