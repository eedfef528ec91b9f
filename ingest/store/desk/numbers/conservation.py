"""Conservation, for people: written = receipted = stored = judged, terminal by terminal.

All are told by different parts: what is written by the terminals' own records, what is receipted by the
ingest's heads, what is stored by the rows of evidence (store.desk.numbers.recount, and what the heads have
taken in since), what is judged by what came out of the judge. ingest.store.conservation has received =
stored + duplicates + quarantined.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class Chain(NamedTuple):
    """One terminal's records, counted at each station.

    written: the highest sequence number its own records tell of; receipted: through which a receipt has been
    sent (lost ones among them); stored: rows of evidence; beyond: of these, past a gap, by its head; lost:
    those it can no longer read and told so; judged: those that came out of the judge; unreadable: those that
    did not and are known as such; quarantined: put aside under its number. Duplicates are not told by
    terminal. school, car, operator: of the terminal's newest registry entry, 0 and '' unknown. recounted_at:
    when its rows were last counted one by one, None never: then stored is its head's word.
    """

    terminal: int
    school: int
    car: int
    operator: str
    written: int
    receipted: int
    stored: int
    beyond: int
    lost: int
    judged: int
    unreadable: int
    quarantined: int
    recounted_at: datetime | None = None


_CHAINS = """
SELECT h.terminal, coalesce(at.school, 0), coalesce(at.car, 0), coalesce(at.operator, ''),
       greatest(h.through, coalesce(j.last_seq, 0), coalesce(past.seq, 0), coalesce(aside.seq, 0)),
       h.through, h.stored - coalesce(r.stored - r.rows_n, 0),
       h.beyond, cardinality(h.lost), coalesce(j.judged, 0),
       coalesce(cardinality(j.unreadable), 0), coalesce(aside.records, 0), r.at
FROM terminal_head h
LEFT JOIN judged_terminal j USING (terminal)
LEFT JOIN recounted r USING (terminal)
LEFT JOIN (SELECT DISTINCT ON (number) number, school, car, operator FROM terminal
           ORDER BY number, valid_from DESC, entry DESC) AS at ON at.number = h.terminal
LEFT JOIN (SELECT terminal, sum(records)::bigint AS records,
                  max(seq + records - 1) FILTER (WHERE reason IN (6, 7)) AS seq
           FROM quarantine WHERE terminal IS NOT NULL GROUP BY terminal) AS aside USING (terminal)
LEFT JOIN LATERAL (SELECT max(e.seq) AS seq FROM evidence e
                   WHERE h.beyond > 0 AND e.terminal = h.terminal AND e.seq > h.through) AS past ON true
WHERE %(school)s::bigint IS NULL OR at.school = %(school)s
ORDER BY h.terminal
"""


def chains(conn: Connection, school: int | None = None) -> list[Chain]:
    """Every terminal that stored anything, in the order of numbers; school: only that one's terminals.

    Reasons 6 and 7 of the quarantine are found after the seal: such records are the terminal's own word.
    """
    return [Chain._make(row) for row in conn.execute(_CHAINS, {"school": school})]


def quarantined(conn: Connection) -> list[tuple[int, int]]:
    """(reason, records) of everything that was put aside, most first."""
    rows = conn.execute(
        "SELECT reason, sum(records)::bigint FROM quarantine GROUP BY reason ORDER BY 2 DESC, 1"
    )
    return [(reason, records) for reason, records in rows]
