"""How often two inspectors agree who decided the same without knowing of each other.

Raw share with Wilson's interval (E. B. Wilson 1927, JASA 22); Cohen's kappa (J. Cohen 1960, Educ. Psychol.
Meas. 20) with the large-sample standard error of J. L. Fleiss, J. Cohen, B. S. Everitt 1969 (Psychol. Bull.
72), as in Fleiss, Levin, Paik 2003, "Statistical Methods for Rates and Proportions", chapter 18.
Minutes of one session are not independent: for them the error is the jackknife's, one session left out at a
time (B. Efron, R. Tibshirani 1993, "An Introduction to the Bootstrap", chapter 11).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Z95 = 1.959964
"""Of the normal distribution: 95 % lie within."""

Pair = tuple[str, str]
"""What the first and the second person said."""


class Interval(NamedTuple):
    """A figure with its 95 % interval; low and high are None where the data do not give one."""

    value: float
    low: float | None
    high: float | None


class Agreement(NamedTuple):
    """n pairs, agreed of them equal. share: None without any pair; kappa: None where chance alone would make
    everything equal (both said one and the same of all), or without any pair."""

    n: int
    agreed: int
    share: Interval | None
    kappa: Interval | None


def of_sessions(pairs: Iterable[Pair]) -> Agreement:
    """Agreement where every pair stands for itself."""
    table = Counter(pairs)
    n, agreed = table.total(), _equal(table)
    kappa = _kappa(table)
    if kappa is None:
        return Agreement(n, agreed, wilson(agreed, n), None)
    return Agreement(n, agreed, wilson(agreed, n), _around(kappa, _kappa_error(table, kappa), -1.0))


def of_minutes(sessions: Iterable[Sequence[Pair]]) -> Agreement:
    """Agreement of minutes, the pairs of each session together; intervals need at least two sessions."""
    tables = [Counter(pairs) for pairs in sessions if pairs]
    whole: Counter[Pair] = Counter()
    for table in tables:
        whole.update(table)
    n, agreed = whole.total(), _equal(whole)
    if not n:
        return Agreement(0, 0, None, None)
    without = [whole - table for table in tables]
    share = _around(agreed / n, _jackknife([_share(one) for one in without]), 0.0)
    kappa = _kappa(whole)
    if kappa is None:
        return Agreement(n, agreed, share, None)
    return Agreement(n, agreed, share, _around(kappa, _jackknife([_kappa(one) for one in without]), -1.0))


def wilson(agreed: int, n: int) -> Interval | None:
    """A share of n with Wilson's interval; None of nothing."""
    if not n:
        return None
    share, z2 = agreed / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def _around(value: float, error: float | None, least: float) -> Interval:
    # Answers that never vary say nothing of how far the figure can be trusted.
    if not error:
        return Interval(value, None, None)
    return Interval(value, max(least, value - Z95 * error), min(1.0, value + Z95 * error))


def _equal(table: Counter[Pair]) -> int:
    return sum(count for (first, second), count in table.items() if first == second)


def _share(table: Counter[Pair]) -> float | None:
    n = table.total()
    return _equal(table) / n if n else None


def _margins(table: Counter[Pair]) -> tuple[Counter[str], Counter[str]]:
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    return first, second


def _kappa(table: Counter[Pair]) -> float | None:
    n = table.total()
    first, second = _margins(table)
    by_chance = sum(first[name] * second[name] for name in first)
    # In whole numbers, so that "everything by chance" is exact.
    if n * n == by_chance:
        return None
    return (_equal(table) * n - by_chance) / (n * n - by_chance)


def _kappa_error(table: Counter[Pair], kappa: float) -> float:
    n = table.total()
    first, second = _margins(table)
    by_chance = sum(first[name] * second[name] for name in first) / (n * n)
    same = other = 0.0
    for (one, two), count in table.items():
        if one == two:
            same += count / n * (1 - (first[one] + second[one]) / n * (1 - kappa)) ** 2
        else:
            # The column's margin of the row's name, and the row's of the column's.
            other += count / n * ((second[one] + first[two]) / n) ** 2
    rest = (kappa - by_chance * (1 - kappa)) ** 2
    variance = same + (1 - kappa) ** 2 * other - rest
    return math.sqrt(max(0.0, variance)) / ((1 - by_chance) * math.sqrt(n))


def _jackknife(left_out: Sequence[float | None]) -> float | None:
    """Standard error from the values with one session left out each; None with fewer than two, or where one
    of them has no value."""
    values = [value for value in left_out if value is not None]
    count = len(left_out)
    if count < 2 or len(values) < count:
        return None
    mean = math.fsum(values) / count
    return math.sqrt((count - 1) / count * math.fsum((value - mean) ** 2 for value in values))
