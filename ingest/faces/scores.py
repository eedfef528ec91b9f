"""From distances and likenesses to suspicions of training sessions, each with the numbers behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.faces.people import Measured
from ingest.judge.suspicions import (
    PHOTO_FACE_DIFFERS,
    PHOTO_LOOKS_REUSED,
    PHOTO_NO_FACE,
    SCORE_MAX,
    Suspicions,
)

Numbers = dict[str, int]
Name = tuple[int, int]

_SAME_1000, _OTHER_1000 = 450, 750
"""Distances with score 0 and 1000. Between lies dlib's threshold of 600, with score 500. Measured on grey
photos of 320x240: one person 141..463, two people 617 and more."""

_UNLIKE_1000 = 930
"""Likeness with score 0; 1000 has 1000. Measured: copies saved at quality 50 and better, cut by up to 8 %,
brightened or darkened 970 and more, at quality 20 941 and more; honest photos a second apart 283 at most."""


class Alike(NamedTuple):
    """Two photos that look the same; late is suspected. likeness_1000: -1000..1000; apart: bits of 64."""

    late: Name
    late_utc_s: int
    late_seq: int
    early: Name
    early_seq: int
    likeness_1000: int
    apart: int


def scored(measured: Iterable[Measured], alike: Iterable[Alike]) -> tuple[Suspicions, list[Numbers]]:
    """Suspicions in key order and the numbers of each; only what scores above 0."""
    sessions: dict[Name, list[Measured]] = defaultdict(list)
    for one in measured:
        sessions[one.terminal, one.session].append(one)
    rows = [row for name, own in sessions.items() for row in (_differs(name, own), _no_face(name, own))]
    rows += _reused(alike)
    told = sorted((row for row in rows if row is not None and row[0][3] > 0), key=lambda row: _key(row[0]))
    return Suspicions.of_rows([row for row, _ in told]), [numbers for _, numbers in told]


def differs_score(distance_1000: int) -> int:
    """0 for the same face .. 1000 for another; 500 at the threshold of the network."""
    return _between(distance_1000, _SAME_1000, _OTHER_1000)


def reused_score(likeness_1000: int) -> int:
    """0 for another picture .. 1000 for the same."""
    return _between(likeness_1000, _UNLIKE_1000, 1000)


_Row = tuple[tuple[int, ...], Numbers]


def _differs(name: Name, own: Sequence[Measured]) -> _Row | None:
    far = [one for one in own if differs_score(one.distance_1000 or 0)]
    if not far:
        return None
    worst = max(one.distance_1000 or 0 for one in far)
    compared = sum(one.distance_1000 is not None for one in own)
    numbers = {"photos_differing": len(far), "photos_compared": compared, "distance_max_1000": worst}
    return _row(name, PHOTO_FACE_DIFFERS, differs_score(worst), far), numbers


def _no_face(name: Name, own: Sequence[Measured]) -> _Row | None:
    without = [one for one in own if one.faces == 0]
    if not without:
        return None
    numbers = {"photos_without_face": len(without), "photos": len(own)}
    return _row(name, PHOTO_NO_FACE, SCORE_MAX * len(without) // len(own), without), numbers


def _reused(alike: Iterable[Alike]) -> list[_Row]:
    """One row a pair of sessions, by the pair of photos most alike."""
    pairs: dict[tuple[Name, Name], list[Alike]] = defaultdict(list)
    for one in alike:
        if reused_score(one.likeness_1000):
            pairs[one.late, one.early].append(one)
    rows: list[_Row] = []
    for (late, early), own in pairs.items():
        best = max(own, key=lambda one: (one.likeness_1000, -one.late_seq, -one.early_seq))
        minutes = [one.late_utc_s // 60 for one in own]
        row = (
            *late,
            PHOTO_LOOKS_REUSED,
            reused_score(best.likeness_1000),
            min(minutes),
            max(minutes),
            *early,
        )
        numbers = {
            "photos_alike": len({one.late_seq for one in own}),
            "likeness_1000": best.likeness_1000,
            "bits_apart": best.apart,
            "photo_seq": best.late_seq,
            "other_photo_seq": best.early_seq,
        }
        rows.append((row, numbers))
    return rows


def _row(name: Name, kind: int, score: int, own: Sequence[Measured]) -> tuple[int, ...]:
    minutes = [one.utc_s // 60 for one in own]
    return (*name, kind, score, min(minutes), max(minutes), 0, 0)


def _between(value: int, none: int, full: int) -> int:
    return max(0, min(SCORE_MAX, SCORE_MAX * (value - none) // (full - none)))


def _key(row: tuple[int, ...]) -> tuple[int, ...]:
    terminal, session, kind, _, _, _, other_terminal, other_session = row
    return terminal, session, kind, other_terminal, other_session
