"""The sums recounted by hand: session by session, and gaps number by number."""

from collections import Counter
from datetime import timedelta
from typing import Any

from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection
from ingest.store.desk.numbers.figures import FACE_REASONS, QUOTAS_MIN
from ingest.store.desk.numbers.statistics import BY_REASON, NUMBER

COUNTED: tuple[str, ...] = (
    "sessions",
    "recorded",
    "accepted",
    "refused",
    "unsure",
    "effective",
    "outside",
    "faceless",
)
COUNTED += ("at_quota", "suspected", "spanned", "gap_records")
NAMES = {str(row[1]): row[0] for row in BY_NUMBER.values()}


def gaps_by_hand(conn: Connection) -> dict[tuple[int, int], tuple[int, int]]:
    """(terminal, session) -> (records stored or missing inside it, those missing), number by number."""
    journals: dict[int, dict[int, int]] = {}
    for terminal, seq, session in conn.execute("SELECT terminal, seq, session FROM evidence"):
        journals.setdefault(terminal, {})[seq] = session
    found = {}
    for terminal, journal in journals.items():
        for session in {*journal.values()} - {0}:
            last = max(seq for seq, of in journal.items() if of == session)
            spanned = gaps = 0
            for seq in range(session, last + 1):
                left = next((journal[at] for at in range(seq, session - 1, -1) if at in journal), session)
                right = next(journal[at] for at in range(seq, last + 1) if at in journal)
                mine = {left, right} <= {0, session}
                spanned += mine
                gaps += mine and seq not in journal
            found[terminal, session] = (spanned, gaps)
    return found


def by_hand(conn: Connection) -> tuple[Counter[tuple[Any, ...]], Counter[tuple[Any, ...]]]:
    """((dimension, grain, since, school, key, measure) -> sum, (..., key, reason) -> (sessions, minutes))."""
    operators = dict(conn.execute("SELECT number, operator FROM terminal").fetchall())
    faces: Counter[tuple[int, int]] = Counter()
    for terminal, session, reasons in conn.execute("SELECT terminal, session, reasons FROM own_verdict"):
        faces[terminal, session] += bool({*reasons} & {*FACE_REASONS})
    inside = gaps_by_hand(conn)
    told: dict[tuple[int, int], dict[int, int]] = {}
    for terminal, session, reason in conn.execute("SELECT terminal, session, reason FROM flag"):
        told.setdefault((terminal, session), {})[reason] = 0
    suspected = set()
    for terminal, session, reason in conn.execute("SELECT terminal, session, kind FROM suspicion"):
        told.setdefault((terminal, session), {})[reason] = 0
        suspected.add((terminal, session))
    cells: Counter[tuple[Any, ...]] = Counter()
    counts: Counter[tuple[Any, ...]] = Counter()
    rows = conn.execute(
        "SELECT o.terminal, o.session, q.local_day, q.school, q.ground, o.instructor, o.car,"
        " o.minutes_recorded,"
        " o.minutes_accepted, o.minutes_refused, o.minutes_unsure, q.effective, o.reasons"
        " FROM session_outcome o JOIN queue_entry q USING (terminal, session)"
    )
    for terminal, session, day, school, ground, instructor, car, n, *verdicts, effective, reasons in rows:
        measures = {
            "sessions": 1,
            "recorded": n,
            **dict(zip(("accepted", "refused", "unsure"), verdicts, strict=True)),
            "effective": effective,
            "outside": reasons.get("OUT_OF_FENCE", 0),
            "faceless": faces[terminal, session],
            "at_quota": int(n in QUOTAS_MIN),
            "suspected": int((terminal, session) in suspected),
            **dict(zip(("spanned", "gap_records"), inside.get((terminal, session), (0, 0)), strict=True)),
        }
        keys = {
            "school": f"{school:016d}",
            "ground": ground,
            "instructor": f"{instructor:016d}",
            "car": f"{car:016d}",
            "terminal": f"{terminal:016d}",
            "operator": operators[terminal],
        }
        why = {**told.get((terminal, session), {}), **{NAMES[name]: many for name, many in reasons.items()}}
        for dimension, key in keys.items():
            monday = day - timedelta(days=day.weekday())
            for grain, since in ((0, day), (1, day.replace(day=1)), (2, monday)):
                where = (NUMBER[dimension], grain, since, school, key)
                for name, many in measures.items():
                    cells[(*where, name)] += many
                for reason, minutes in why.items() if dimension in BY_REASON else ():
                    counts[(*where, reason, "sessions")] += 1
                    counts[(*where, reason, "minutes")] += minutes
    return +cells, +counts


def kept(conn: Connection) -> tuple[Counter[tuple[Any, ...]], Counter[tuple[Any, ...]]]:
    cells: Counter[tuple[Any, ...]] = Counter()
    for row in conn.execute(
        f"SELECT dimension, grain, since, school, key, {', '.join(COUNTED)} FROM statistic".encode()
    ):
        cells.update({(*row[:5], name): many for name, many in zip(COUNTED, row[5:], strict=True)})
    counts: Counter[tuple[Any, ...]] = Counter()
    for row in conn.execute(
        "SELECT dimension, grain, since, school, key, reason, sessions, minutes FROM statistic_reason"
    ):
        counts.update({(*row[:6], "sessions"): row[6], (*row[:6], "minutes"): row[7]})
    return +cells, +counts


def raw(conn: Connection) -> list[tuple[Any, ...]]:
    """Every row of the kept tables."""
    return [
        row
        for table in ("session_figures", "statistic", "statistic_reason")
        for row in conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5, 6".encode())
    ]
