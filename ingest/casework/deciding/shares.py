"""The named shares by which schools, people, cars and terminals are compared: k of n, and which way is worse.

Pure. A share is read off the sums of one key: minutes, checks, records or sessions of which so many are bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.reasons import BY_NUMBER
from ingest.store.desk.numbers.figures import MEASURES
from ingest.store.desk.numbers.sums import Sums


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
    """A named share: what it counts, in which unit, and whether more of it is worse.

    k, n: names of columns (those of Sums, written, missing); kind: above 0, k is how many sessions are
    suspected of it.
    """

    name: str
    english: str
    chinese: str
    unit: tuple[str, str]
    k: str
    n: str
    more_is_worse: bool = True
    kind: int = 0

    def part(self, one: Figures) -> Part:
        """The share of one key."""
        k = one.suspicions.get(self.kind, 0) if self.kind else _value(one, self.k)
        return Part(k, _value(one, self.n))


class Columns:
    """The figures of many keys as columns."""

    def __init__(self, rows: Sequence[Figures]) -> None:
        table = np.array([one.sums[1:] for one in rows], dtype=np.int64).reshape(len(rows), len(MEASURES))
        self._columns: dict[str, Ints] = {name: table[:, at] for at, name in enumerate(MEASURES)}
        self._columns["written"] = np.array([one.written for one in rows], dtype=np.int64)
        self._columns["missing"] = np.array([one.missing for one in rows], dtype=np.int64)
        self._kinds: dict[int, Ints] = {}
        for at, one in enumerate(rows):
            for kind, sessions in one.suspicions.items():
                self._kinds.setdefault(kind, np.zeros(len(rows), dtype=np.int64))[at] = sessions

    @property
    def kinds(self) -> list[int]:
        """Kinds that are suspected of anybody."""
        return sorted(self._kinds)

    def parts(self, share: Share) -> tuple[Ints, Ints]:
        """k and n of every key."""
        none = np.zeros(len(self._columns["sessions"]), dtype=np.int64)
        k = self._kinds.get(share.kind, none) if share.kind else self._columns[share.k]
        return k, self._columns[share.n]


def _value(one: Figures, column: str) -> int:
    return int(getattr(one if column in ("written", "missing") else one.sums, column))


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
        "effective",
        "recorded",
        more_is_worse=False,
    ),
    Share(
        "out_of_fence",
        "minutes out of the fence",
        "教学区域外分钟",
        _MINUTES,
        "outside",
        "recorded",
    ),
    Share(
        "face_minutes",
        "minutes whose faces are not confirmed",
        "人脸未确认分钟",
        _MINUTES,
        "faceless",
        "recorded",
    ),
    Share(
        "face_checks",
        "failed face checks",
        "人脸核验失败",
        _CHECKS,
        "checks_failed",
        "checks",
    ),
    Share(
        "late",
        "records received late",
        "迟到记录",
        _RECORDS,
        "late_records",
        "records",
    ),
    Share(
        "gaps_inside",
        "records missing inside training sessions",
        "培训过程内缺失的记录",
        _RECORDS,
        "gap_records",
        "spanned",
    ),
    Share(
        "sequence_gaps",
        "records written but not stored",
        "已写未存的记录",
        _RECORDS,
        "missing",
        "written",
    ),
    Share(
        "at_quota",
        "training sessions that end exactly at a quota",
        "恰好学满定额的培训过程",
        _SESSIONS,
        "at_quota",
        "sessions",
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
        "",
        "sessions",
        kind=kind,
    )


def shares_of(columns: Columns) -> tuple[Share, ...]:
    """All named shares, with one for each kind that is suspected of anybody."""
    return (*SHARES, *(of_suspicion(kind) for kind in columns.kinds if kind in BY_NUMBER))
