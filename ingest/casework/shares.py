"""The named shares by which schools, people, cars and terminals are compared: k of n, and which way is worse.

Pure. A share is read off the sums of one key: minutes, checks, records or sessions of which so many are bad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.judge.reasons import BY_NUMBER
from ingest.store.desk.sums import Sums


@dataclass(frozen=True)
class Figures:
    """What is known of one key in a stretch of days. written: records it wrote so far, missing: those of them
    that are not stored (both whatever the days; 0 where nobody can tell). suspicions: kind -> sessions."""

    sums: Sums
    written: int = 0
    missing: int = 0
    suspicions: Mapping[int, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.sums.key


class Part(NamedTuple):
    """k of n. Each key's n is a count of single things: minutes, checks, records, sessions."""

    k: int
    n: int

    @property
    def share(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.k / self.n if self.n else 0.0


@dataclass(frozen=True)
class Share:
    """A named share: what it counts, in which unit, and whether more of it is worse."""

    name: str
    english: str
    chinese: str
    unit: tuple[str, str]
    part: Callable[[Figures], Part]
    more_is_worse: bool = True


_MINUTES = ("minutes", "分钟")
_CHECKS = ("face checks", "次人脸核验")
_RECORDS = ("records", "条记录")
_SESSIONS = ("training sessions", "个培训过程")

SHARES = (
    Share(
        "valid_share",
        "valid minutes",
        "有效分钟",
        _MINUTES,
        lambda f: Part(f.sums.effective, f.sums.recorded),
        more_is_worse=False,
    ),
    Share(
        "out_of_fence",
        "minutes out of the fence",
        "教学区域外分钟",
        _MINUTES,
        lambda f: Part(f.sums.outside, f.sums.recorded),
    ),
    Share(
        "face_minutes",
        "minutes whose faces are not confirmed",
        "人脸未确认分钟",
        _MINUTES,
        lambda f: Part(f.sums.faceless, f.sums.recorded),
    ),
    Share(
        "face_checks",
        "failed face checks",
        "人脸核验失败",
        _CHECKS,
        lambda f: Part(f.sums.checks_failed, f.sums.checks),
    ),
    Share(
        "late",
        "records received late",
        "迟到记录",
        _RECORDS,
        lambda f: Part(f.sums.late_records, f.sums.records),
    ),
    Share(
        "sequence_gaps",
        "records written but not stored",
        "已写未存的记录",
        _RECORDS,
        lambda f: Part(f.missing, f.written),
    ),
    Share(
        "at_quota",
        "training sessions that end exactly at a quota",
        "恰好学满定额的培训过程",
        _SESSIONS,
        lambda f: Part(f.sums.at_quota, f.sums.sessions),
    ),
)
BY_NAME = {one.name: one for one in SHARES}
OF_NOW = ("sequence_gaps",)
"""Shares that tell how things are now, whatever the days."""


def of_suspicion(kind: int) -> Share:
    """The share of sessions on which this is suspected (reason 80 to 99)."""
    _, name, _, english, chinese = BY_NUMBER[kind]
    return Share(
        f"suspicion_{name.lower()}",
        f"training sessions suspected: {english.rstrip('.')}",
        f"有嫌疑的培训过程：{chinese.rstrip('。')}",
        _SESSIONS,
        lambda f: Part(f.suspicions.get(kind, 0), f.sums.sessions),
    )


def shares_of(everybody: Iterable[Figures]) -> tuple[Share, ...]:
    """All named shares, with one for each kind that is suspected of anybody."""
    kinds = sorted({kind for one in everybody for kind in one.suspicions})
    return (*SHARES, *(of_suspicion(kind) for kind in kinds if kind in BY_NUMBER))
