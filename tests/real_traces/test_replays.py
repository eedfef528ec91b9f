"""Traces of real drives screened against one another: no two alike, copies found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ingest.judge import suspicions as kinds
from simulators.worlds.wires import noisy
from tests.real_traces.drives import Drive
from tests.real_traces.stretches import STRETCHES
from tests.real_traces.verdicts import suspected

DAYS_3_S = 3 * 86_400 + 7
NO_RHYTHM = {"plain", "bus-end"}
"""Too even or too short for prints: 24 minutes at 80 to 110 km/h, 13 minutes that leave 2 prints."""


def test_different_drives_are_no_replays(drives: dict[str, Drive]) -> None:
    """All together, in the two directions of one road as well."""
    found = suspected(list(drives.values()))
    assert not {kinds.TRACE_REPLAYED, kinds.TRACE_SHARED, kinds.CLOCKWORK, kinds.NUDGED} & set(found)
    assert not {kinds.TRACE_WITHOUT_WHEEL, kinds.WHEEL_WITHOUT_TRACE, kinds.SIGNAL_TOO_CLEAN} & set(found)


@pytest.mark.parametrize("name", sorted(STRETCHES.keys() - NO_RHYTHM))
def test_a_drive_played_again_days_later_is_found(drives: dict[str, Drive], name: str) -> None:
    one = drives[name]
    found = suspected([one, one.later(DAYS_3_S)])
    assert max(found[kinds.TRACE_REPLAYED]) == 1000


@pytest.mark.parametrize("name", ["bus-out", "bus-back", "street-out", "street-back", "hills-2"])
def test_noise_of_half_a_metre_does_not_hide_it(drives: dict[str, Drive], name: str) -> None:
    one = drives[name]
    shaken = replace(one, wires=noisy(one.wires, one.frame, np.random.default_rng(5), 0.5))
    assert max(suspected([one, shaken.later(DAYS_3_S)])[kinds.TRACE_REPLAYED]) == 1000


def test_two_cars_cannot_have_driven_the_same_at_once(drives: dict[str, Drive]) -> None:
    one = drives["bus-out"]
    assert len(suspected([one, one])[kinds.TRACE_SHARED]) == 2
