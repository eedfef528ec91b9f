"""A funnel plot: each key's share over how much it is of, between the limits that chance would keep to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from ingest.desk.charts.lines import floor_of
from ingest.desk.charts.svg import drawing, element, path, percent

_WIDTH, _HEIGHT = 460, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 10, 36
_STEPS = 60
_ROOM = 1.5
POINTS_MOST = 1200
"""Of so many points inside the limits no more are drawn; those outside always are."""


class Point(NamedTuple):
    """A key's share (0 to 1) of n things; words: what the hint tells; stands_out: worse than the limits."""

    words: str
    n: int
    share: float
    stands_out: bool


def funnel(
    ident: str,
    title: str,
    points: Sequence[Point],
    middle: float,
    limits: Callable[[float], tuple[float, float]],
    unit: str,
) -> Markup:
    """Points over n on a logarithmic scale. limits: n -> lowest, highest share; unit: of n."""
    counted = [point for point in points if point.n > 0]
    if not counted:
        return Markup("")
    # With room on both sides, so that the funnel is seen even where all are of about the same size.
    least, most = min(point.n for point in counted) / _ROOM, max(point.n for point in counted) * _ROOM
    wide = math.log(most / least)
    shares = [middle, *(point.share for point in counted)]
    # Shares that are all large are seen from the tenth below the least.
    low = floor_of([*shares, limits(least)[0]]) if min(shares) >= 0.5 else 0.0
    top = 1.0 if low else min(1.0, _round_up(max(0.02, *shares)))

    def x(n: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log(n / least) / wide

    def y(share: float) -> float:
        return (
            _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (min(max(share, low), top) - low) / (top - low)
        )

    steps = [least * math.exp(wide * at / _STEPS) for at in range(_STEPS + 1)]
    body = _axes((low, (low + top) / 2, top), y, [(n, x(n)) for n in _round_between(least, most)], unit)
    body += [path([(x(n), y(limits(n)[side])) for n in steps], "limit") for side in (0, 1)]
    body.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y(middle), y2=y(middle), class_="middle"))
    inside = [point for point in counted if not point.stands_out]
    every = -(-len(inside) // POINTS_MOST)
    body += [_dot(point, x, y) for point in inside[:: max(every, 1)]]
    body += [_dot(point, x, y) for point in counted if point.stands_out]
    out = sum(point.stands_out for point in counted)
    return drawing(
        ident, _WIDTH, _HEIGHT, title, f"{percent(middle)}; {out} / {len(counted)}", body, "funnel"
    )


def _round_up(share: float) -> float:
    """The next of 1, 2, 5 times a power of ten, so that half of it is told in few digits too."""
    power = 10.0 ** math.floor(math.log10(share))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= share * 0.999)


def _round_between(least: float, most: float) -> list[float]:
    """Round numbers of an axis from least to most; its ends where there are not two."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    for steps in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        found = [step * 10.0**power for power in powers for step in steps]
        found = [n for n in found if least <= n <= most]
        if len(found) >= 2:
            return found
    return [least, most]


def _axes(
    shares: Sequence[float], y: Callable[[float], float], marks: Sequence[tuple[float, float]], unit: str
) -> list[Markup]:
    made = []
    foot = y(shares[0])
    for share in shares:
        at = y(share)
        told = percent(share, 0 if share in (0.0, 1.0) else 1)
        made.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=at, y2=at, class_="grid"))
        made.append(element("text", told, x=_LEFT - 4, y=at + 4, text_anchor="end", class_="label"))
    for n, place in marks:
        made.append(element("line", x1=place, x2=place, y1=foot, y2=foot + 4, class_="grid"))
        made.append(element("text", f"{n:,.0f}", x=place, y=foot + 16, text_anchor="middle", class_="label"))
    made.append(element("text", unit, x=_WIDTH - _RIGHT, y=_HEIGHT - 4, text_anchor="end", class_="label"))
    return made


def _dot(point: Point, x: Callable[[float], float], y: Callable[[float], float]) -> Markup:
    hint = element("title", f"{point.words}: {percent(point.share)} / {point.n:,}")
    if not point.stands_out:
        return element("circle", [hint], cx=x(point.n), cy=y(point.share), r=2.5, class_="dot")
    # Another form, not only another colour.
    left, up = x(point.n), y(point.share)
    corners = (
        f"{left:.1f},{up - 5:.1f} {left + 5:.1f},{up:.1f} {left:.1f},{up + 5:.1f} {left - 5:.1f},{up:.1f}"
    )
    return element("polygon", [hint], points=corners, class_="out")
