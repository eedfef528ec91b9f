"""Which minutes of a trainee's sessions fill training hours up, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ingest.stage.syllabus import Syllabus
from ingest.stage.trained import CLASSROOM, Trained

DAY_MIN, LOCAL_MIN = 1440, 480
"""A local day begins at midnight of UTC+8, the one time zone of the country."""


def filled_min(sessions: Iterable[Trained], table: Syllabus) -> dict[tuple[int, int], int]:
    """(part, mode) -> minutes that fill training hours up.

    Of a session's minutes of a local day the credited ones do, and beside them at most the share that an hour
    may have without effect: what was refused beyond that fills nobody's hour. A day has room for as many
    hours as the syllabus allows, whatever their parts; the session that began first comes first.
    """
    filled: Counter[tuple[int, int]] = Counter()
    taken: Counter[tuple[int, bool]] = Counter()
    for one in sorted(sessions, key=lambda one: (one.started_s, one.terminal, one.session)):
        classroom = one.mode == CLASSROOM
        most = table.hour_min * (table.day_hours_classroom if classroom else table.day_hours_practice)
        for day, (recorded, credited) in _by_day(one).items():
            wanted = min(recorded, credited * table.hour_min // table.hour_effective_min)
            room = min(wanted, most - taken[day, classroom])
            taken[day, classroom] += room
            filled[one.part, one.mode] += room
    return dict(filled)


def _by_day(one: Trained) -> dict[int, tuple[int, int]]:
    """Local day -> (recorded minutes, credited ones)."""
    counted = one.counted
    recorded: Counter[int] = Counter()
    credited: Counter[int] = Counter()
    for minute, verdict, _, _ in one.minutes:
        day = (minute + LOCAL_MIN) // DAY_MIN
        recorded[day] += 1
        credited[day] += verdict in counted
    return {day: (recorded[day], credited[day]) for day in sorted(recorded)}
