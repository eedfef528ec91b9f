"""Traces that are one movement: which of the two is suspected, and how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ingest.judge.suspicions import TRACE_REPLAYED, TRACE_SHARED, Suspicions
from ingest.screening.fixes import PAD_S, Timeline
from ingest.screening.matching import Candidates
from ingest.screening.movement import Sameness, same_movement
from ingest.screening.sessions import Scored, graded

SAME_FROM_S, SAME_FULL_S = 120, 600
"""A single window of 180 s may be chance among millions of pairs; ten minutes are not."""
AT_ONCE_S = 5
WHOLE_SHARE = 0.5
"""Who plays so much of a session to its terminal has not driven the rest: all of it is suspected."""


class _Found(NamedTuple):
    """The columns of Suspicions."""

    terminal: int
    session: int
    kind: int
    score: int
    first_minute: int
    last_minute: int
    other_terminal: int
    other_session: int


def replays(found: Candidates, line: Timeline) -> Scored:
    """Compare the candidates; line must hold the traces of both sessions of each. Of a pair the shift that
    makes most of it the same counts. At different times the later trace is suspected; at one time both."""
    best: dict[tuple[int, int, int, int], tuple[Sameness, int, int]] = {}
    columns = (found.terminal, found.session, found.other_terminal, found.other_session, found.shift_s)
    rows = _rows(line)
    for terminal, session, other_terminal, other_session, shift_s in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        late, early = (terminal, session), (other_terminal, other_session)
        if shift_s < 0:
            late, early, shift_s = early, late, -shift_s
        for b in rows.get(late, ()):
            for a in rows.get(early, ()):
                one = _compared(line, a, b, shift_s)
                key = (*late, *early)
                if one.same_s and (key not in best or one.same_s > best[key][0].same_s):
                    best[key] = (one, a, b)
    return _scored(best, line)


def _rows(line: Timeline) -> dict[tuple[int, int], list[int]]:
    rows: dict[tuple[int, int], list[int]] = {}
    for row, name in enumerate(zip(line.terminal.tolist(), line.session.tolist(), strict=True)):
        rows.setdefault(name, []).append(row)
    return rows


def _compared(line: Timeline, a: int, b: int, shift_s: int) -> Sameness:
    ends = np.append(line.start, len(line.place))
    of_a, of_b = slice(int(ends[a]), int(ends[a + 1])), slice(int(ends[b]), int(ends[b + 1]))
    shift = shift_s + int(line.begin_s[a] - line.begin_s[b])
    return same_movement(line.place[of_a], line.known[of_a], line.place[of_b], line.seen[of_b], shift)


def _scored(best: dict[tuple[int, int, int, int], tuple[Sameness, int, int]], line: Timeline) -> Scored:
    made: list[_Found] = []
    told: list[dict[str, float | int]] = []
    for (terminal, session, other_terminal, other_session), (one, a, b) in sorted(best.items()):
        score = int(graded(np.array([one.same_s]), SAME_FROM_S, SAME_FULL_S)[0])
        if not score:
            continue
        begin_s = int(line.begin_s[b])
        shift_s = one.shift_s + begin_s - int(line.begin_s[a])
        at_once = terminal != other_terminal and abs(shift_s) <= AT_ONCE_S
        kind = TRACE_SHARED if at_once else TRACE_REPLAYED
        span = (begin_s + one.begin_s) // 60, (begin_s + one.end_s - 1) // 60
        numbers = {
            "same_s": one.same_s,
            "compared_s": one.compared_s,
            "residual_m": round(one.residual_m, 3),
            "scale": round(one.scale, 3),
            "mirrored": int(one.mirrored),
            "shift_s": shift_s,
        }
        sides = [(terminal, session, other_terminal, other_session)]
        sides += [(other_terminal, other_session, terminal, session)] if at_once else []
        for own, own_session, other, there in sides:
            made.append(_Found(own, own_session, kind, score, *span, other, there))
            told.append(numbers)
    return Scored(Suspicions.of_rows(_widened(made, line)), tuple(told))


def _widened(made: list[_Found], line: Timeline) -> list[_Found]:
    """Rows of a session that together speak about WHOLE_SHARE of its trace's minutes speak about them all."""
    length_s = np.append(line.start[1:], len(line.place)) - line.start - PAD_S
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for name, rows in _rows(line).items():
        begin_s, last_s = line.begin_s[rows], line.begin_s[rows] + length_s[rows] - 1
        ends[name] = int(begin_s.min()) // 60, int(last_s.max()) // 60
    told: dict[tuple[int, int], set[int]] = {}
    for one in made:
        told.setdefault(one[:2], set()).update(range(one.first_minute, one.last_minute + 1))
    widened = []
    for one in made:
        first, last = ends[one[:2]]
        whole = len(told[one[:2]]) >= WHOLE_SHARE * (last - first + 1)
        widened.append(one._replace(first_minute=first, last_minute=last) if whole else one)
    return widened
