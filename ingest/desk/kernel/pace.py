"""How fast one account or token may write, and ask for what is dear to make: exports and packs.

Counted in this process, per account for its browsers and per token for programs; all tokens of an account
together have some times one token's pace. By the generic cell rate algorithm (ITU-T I.371): of each key only
the moment is kept at which it will have rested enough.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from typing import NamedTuple

from fastapi import Request

from ingest.desk.kernel.actor import Actor
from ingest.desk.kernel.faults import DeskFault

DEAR_SCOPES = ("export",)
SAFE = ("GET", "HEAD", "OPTIONS")
TOKENS_TOGETHER = 4
KEYS_MOST = 10_000


class Pace(NamedTuple):
    """So many at once, and after that so many a minute."""

    kind: str
    a_minute: int


class Paces:
    """What is left to each. clock: seconds, monotonic."""

    def __init__(self, writes: int, exports: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.writes, self.exports = Pace("writes", writes), Pace("exports", exports)
        self._clock = clock
        self._rested_at: dict[Hashable, float] = {}

    def take(self, pace: Pace, keys: list[tuple[Hashable, int]]) -> int:
        """Take one from each (key, times the pace); 0, or in how many seconds there is one again. Then none
        is taken. Called from one thread, the loop's."""
        now, wait_s = self._clock(), 0.0
        taken: dict[Hashable, float] = {}
        for key, times in keys:
            each_s = 60 / (pace.a_minute * times)
            rested_at = max(now, self._rested_at.get((pace.kind, key), now)) + each_s
            wait_s = max(wait_s, rested_at - now - 60)
            taken[pace.kind, key] = rested_at
        if wait_s > 1e-9:
            return math.ceil(wait_s)
        self._rested_at.update(taken)
        if len(self._rested_at) > KEYS_MOST:
            self._forget(now)
        return 0

    def __len__(self) -> int:
        return len(self._rested_at)

    def _forget(self, now: float) -> None:
        """Those who have rested are as new; of the others the most rested go, should there be too many."""
        busy = sorted((item for item in self._rested_at.items() if item[1] > now), key=lambda item: item[1])
        self._rested_at = dict(busy[-KEYS_MOST // 2 :])


def keep_pace(request: Request, actor: Actor, *, is_dear: bool = False) -> None:
    """Count a request of this actor; one request counts once of each kind. is_dear: it makes an export or a
    pack. Raises DeskFault 429."""
    paces: Paces = request.app.state.paces
    wanted = []
    if request.method not in SAFE:
        wanted.append(paces.writes)
    if is_dear:
        wanted.append(paces.exports)
    counted = request.scope.setdefault("hourfence.pace", set())
    for pace in wanted:
        if pace.kind in counted:
            continue
        wait_s = paces.take(pace, _keys(actor))
        if wait_s:
            raise too_fast(pace, wait_s)
        counted.add(pace.kind)


def too_fast(pace: Pace, wait_s: int) -> DeskFault:
    """More than the pace allows."""
    what, chinese = {"writes": ("changes", "修改"), "exports": ("exports and packs", "导出和证据包")}[
        pace.kind
    ]
    return DeskFault(
        429,
        f"too_many_{pace.kind}",
        f"Too many {what} at once: {pace.a_minute} a minute are taken; go on in {wait_s} s.",
        f"{chinese}过于频繁：每分钟最多 {pace.a_minute} 次，请在 {wait_s} 秒后继续。",
        wait_s=wait_s,
        a_minute=pace.a_minute,
    )


def _keys(actor: Actor) -> list[tuple[Hashable, int]]:
    if not actor.token:
        return [(("account", actor.account), 1)]
    return [(("token", actor.token), 1), (("tokens", actor.account), TOKENS_TOGETHER)]
