"""Traces that are one movement: which of the two is suspected, and how much."""

import numpy as np

from ingest.judge.suspicions import TRACE_REPLAYED, TRACE_SHARED, Suspicions
from ingest.screening.fixes import Timeline
from ingest.screening.matching import Candidates
from ingest.screening.movement import Sameness, same_movement
from ingest.screening.sessions import Scored, graded

SAME_FROM_S, SAME_FULL_S = 120, 600
"""A single window of 180 s may be chance among millions of pairs; ten minutes are not."""
AT_ONCE_S = 5


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
    made: list[tuple[int, ...]] = []
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
            made.append((own, own_session, kind, score, *span, other, there))
            told.append(numbers)
    return Scored(Suspicions.of_rows(made), tuple(told))
