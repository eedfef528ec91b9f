"""Permitted hours and banned dates at each minute."""

from collections.abc import Iterable

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.register.facts import DaysFact
from ingest.judge.register.periods import period_s

_DAY_MIN = 1440


def permitted(
    days: Iterable[DaysFact], province: Ints, city: Ints, school: Ints, minute: Ints
) -> tuple[Bools, Bools]:
    """(the minute lies in permitted hours, its local day is not banned); minute in Unix minutes.

    Hours are permitted where nothing in force says anything of them.
    """
    in_hours, not_banned = np.ones((2, len(minute)), dtype=bool)
    level = np.full(len(minute), -1, dtype=np.int64)
    for fact in sorted(set(days), key=repr):
        from_s, to_s = period_s(fact)
        holds = (minute * 60 >= from_s) & (minute * 60 < to_s)
        for mine, wanted in ((province, fact.province), (city, fact.city), (school, fact.school)):
            if wanted:
                holds &= mine == wanted
        local_min = minute + fact.utc_offset_min
        if fact.banned:
            not_banned &= ~(holds & np.isin(local_min // _DAY_MIN, fact.banned))
        if fact.windows:
            own = _level(fact)
            first = holds & (level < own)
            level[first], in_hours[first] = own, False
            in_hours |= holds & (level == own) & _within(local_min % _DAY_MIN, fact.windows)
    return in_hours, not_banned


def _level(fact: DaysFact) -> int:
    return 3 if fact.school else 2 if fact.city else 1 if fact.province else 0


def _within(of_day_min: Ints, windows: tuple[tuple[int, int], ...]) -> Bools:
    within = np.zeros(len(of_day_min), dtype=bool)
    for from_min, to_min in windows:
        within |= (of_day_min >= from_min) & (of_day_min < to_min)
    return within
