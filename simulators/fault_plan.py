"""What goes wrong with one terminal in one day, from a seed: power cuts, network cuts, wrong clocks.

The same seed gives the same faults, so that a seed replays what was found with it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulators.day_model import SessionPlan

DAY_S = 86_400
WEEK_S = 7 * DAY_S
REFUSE, FREEZE = "refuse", "freeze"

_CUT_EARLIEST_S = 600
# The quiet end of the day, in which everything has to come to rest.
_CALM_S = 1_800


@dataclass(frozen=True)
class PowerCut:
    """The supply vanishes at at_s and is back at back_s."""

    at_s: int
    back_s: int


@dataclass(frozen=True)
class NetworkCut:
    """From at_s to back_s nothing gets through: how is REFUSE (connections end and are refused) or FREEZE
    (connections stay open and swallow what is sent)."""

    at_s: int
    back_s: int
    how: str


@dataclass(frozen=True)
class ClockJump:
    """From at_s to back_s the receiver's time is off by by_s."""

    at_s: int
    back_s: int
    by_s: int


@dataclass(frozen=True)
class FaultPlan:
    """The faults of one terminal's day, each kind in time order."""

    seed: int
    power: tuple[PowerCut, ...]
    network: tuple[NetworkCut, ...]
    clock: tuple[ClockJump, ...]

    @property
    def sentence(self) -> str:
        """One line for a report."""
        return (
            f"seed {self.seed}: {len(self.power)} power cuts, {len(self.network)} network cuts, "
            f"{len(self.clock)} clock jumps"
        )


def plan_faults(seed: int, begin_s: int, sessions: Sequence[SessionPlan]) -> FaultPlan:
    """The faults of a day that begins at begin_s (Unix seconds). Most aim at training sessions."""
    rng = random.Random(f"hourfence faults {seed}")
    return FaultPlan(
        seed,
        _power(rng, begin_s, sessions),
        _network(rng, begin_s),
        _clock(rng, sessions),
    )


def _power(rng: random.Random, begin_s: int, sessions: Sequence[SessionPlan]) -> tuple[PowerCut, ...]:
    moments = []
    for _ in range(rng.randint(1, 5)):
        session = rng.choice(sessions)
        moments.append(
            rng.choice(
                (
                    # Around the sign-ins, in the training, around the sign-outs, anywhere in the day.
                    rng.randint(session.start_s - 50, session.start_s + 15),
                    rng.randint(session.start_s, session.end_s),
                    rng.randint(session.end_s - 5, session.end_s + 45),
                    rng.randint(begin_s + _CUT_EARLIEST_S, begin_s + DAY_S - _CALM_S),
                )
            )
        )
    moments = sorted(set(moments))
    cuts = []
    for at_s, next_s in pairwise([*moments, begin_s + DAY_S]):
        down_s = rng.choice((rng.randint(2, 20), rng.randint(20, 300), rng.randint(300, 3_000)))
        back_s = min(at_s + down_s, next_s - 10)
        if back_s > at_s:
            cuts.append(PowerCut(at_s, back_s))
    return tuple(cuts)


def _network(rng: random.Random, begin_s: int) -> tuple[NetworkCut, ...]:
    cuts = []
    at_s = begin_s
    for _ in range(rng.randint(0, 4)):
        at_s += rng.randint(60, 5 * 3_600)
        back_s = at_s + rng.choice((rng.randint(30, 600), rng.randint(600, 6 * 3_600)))
        if back_s > begin_s + DAY_S - _CALM_S:
            break
        cuts.append(NetworkCut(at_s, back_s, rng.choice((REFUSE, FREEZE))))
        at_s = back_s
    return tuple(cuts)


def _clock(rng: random.Random, sessions: Sequence[SessionPlan]) -> tuple[ClockJump, ...]:
    jumps = []
    for session in sessions:
        if rng.random() < 0.5:
            continue
        at_s = rng.randint(session.start_s - 100, session.end_s)
        by_s = rng.choice((-1_024 * WEEK_S, DAY_S, -3_600, 18, -18, -2, 1, 7, -40))
        jumps.append(ClockJump(at_s, at_s + rng.choice((10, 60, 240)), by_s))
    return tuple(jumps)
