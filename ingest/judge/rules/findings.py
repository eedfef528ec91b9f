"""How a rule states what it found."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.judge.case import Finding
from ingest.judge.columns import Bools


def refuse(mask: Bools, **numbers: npt.NDArray[Any]) -> Finding:
    """These minutes are refused."""
    return Finding(mask, np.zeros(len(mask), dtype=bool), numbers)


def doubt(mask: Bools, **numbers: npt.NDArray[Any]) -> Finding:
    """These minutes are unsure."""
    return Finding(np.zeros(len(mask), dtype=bool), mask, numbers)
