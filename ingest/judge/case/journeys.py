"""Where a person's part in a training session began and ended, and which session of theirs came before."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ingest.judge.columns import Bools, Columns, Ints


@dataclass(frozen=True, eq=False)
class Journeys(Columns):
    """One row a (session, trainee, instructor), of the minutes that no own rule refused.

    row: of the session; minutes are Unix minutes. from_*: the first of these minutes that has a fix, its
    first fix; to_*: the last one, its last fix; minute 0 where none has a fix.
    """

    row: Ints
    terminal: Ints
    trainee: Ints
    instructor: Ints
    first_minute: Ints
    last_minute: Ints
    from_minute: Ints
    from_lat_e7: Ints
    from_lon_e7: Ints
    to_minute: Ints
    to_lat_e7: Ints
    to_lon_e7: Ints


class Driven(Protocol):
    """Minutes with their fixes, as ingest.judge.case.case.Case has them."""

    @property
    def minutes(self) -> Any: ...

    @property
    def row(self) -> Ints: ...


def journeys_of(case: Driven, creditable: Bools) -> tuple[Journeys, Ints]:
    """The journeys of these minutes, and each minute's index among them (-1 for the others).

    The minutes of a session must be in the order of time: what is written last stays, so the first of them
    are written backwards.
    """
    at = np.flatnonzero(creditable)
    minutes = case.minutes
    keys = np.column_stack([case.row[at], minutes.trainee[at], minutes.instructor[at]])
    index = np.full(len(creditable), -1, dtype=np.int64)
    if not len(at):
        return Journeys.empty(), index
    group = group_rows(keys)
    index[at] = group
    n = int(group.max()) + 1
    columns = {name: np.zeros(n, dtype=np.int64) for name in _NAMES}
    for name, source in (("row", case.row), ("terminal", minutes.terminal), ("trainee", minutes.trainee)):
        columns[name][group] = source[at]
    columns["instructor"][group] = minutes.instructor[at]
    columns["first_minute"][group[::-1]] = minutes.minute[at[::-1]]
    columns["last_minute"][group] = minutes.minute[at]
    fixed = minutes.fix_n[at] > 0
    at, group = at[fixed], group[fixed]
    for name, source in (("minute", minutes.minute), *_ends(minutes, "first")):
        columns[f"from_{name}"][group[::-1]] = source[at[::-1]]
    for name, source in (("minute", minutes.minute), *_ends(minutes, "last")):
        columns[f"to_{name}"][group] = source[at]
    return Journeys(**columns), index


def before(journeys: Journeys, holder: Ints) -> Ints:
    """Per journey: the index of its holder's journey that began last before it, -1 for none.

    Of several that began in one minute the order of the sessions decides.
    """
    order = np.lexsort((journeys.row, journeys.first_minute, holder))
    found = np.full(len(journeys), -1, dtype=np.int64)
    same = np.flatnonzero(np.diff(holder[order]) == 0)
    found[order[same + 1]] = order[same]
    return found


def group_rows(keys: npt.NDArray[Any]) -> Ints:
    """Number the distinct rows of a table from 0 on, in the order of the rows' values."""
    order = np.lexsort(keys.T[::-1])
    new = np.zeros(len(keys), dtype=np.int64)
    new[1:] = (np.diff(keys[order], axis=0) != 0).any(axis=1)
    group = np.empty(len(keys), dtype=np.int64)
    group[order] = np.cumsum(new)
    return group


def _ends(minutes: Any, which: str) -> list[tuple[str, Ints]]:
    return [(axis, getattr(minutes, f"{which}_{axis}")) for axis in ("lat_e7", "lon_e7")]


_NAMES = tuple(Journeys.__dataclass_fields__)
