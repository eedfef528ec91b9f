"""Cars that stand: their fixes' way is a number on every machine, even between the ends of the world."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.measure.wander import _squared


@pytest.mark.filterwarnings("error")
def test_the_way_across_the_world_does_not_overflow() -> None:
    metres = np.array([0, 3, 20_000_000], dtype=np.int64)
    steps = np.sqrt(_squared(metres * 1000) + _squared(metres * 1000))
    assert steps[0] == 0 and steps[1] == pytest.approx(3000 * 2**0.5)
    assert steps[2] == pytest.approx(2e10 * 2**0.5) and np.isfinite(steps).all()
