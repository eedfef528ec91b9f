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
    did not and are known as such; quarantined: put aside under its number, as often as they came; put_aside:
    different ones of these since its last record was stored, which are counted as written although anybody
    may have sent those found before the seal. Duplicates are not told by terminal. school, car, operator: of
    the terminal's newest registry entry, 0 and '' unknown. recounted_at: when its rows were last counted one
    by one, None never: then stored is its head's word.
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
    put_aside: int = 0


UNKNOWN_MOST = 100
"""So many numbers that nobody registered have a row: anybody may send under as many as he likes."""

_CHAINS = """
WITH aside AS (
    SELECT terminal, sum(records)::bigint AS records,
           max(seq + records - 1) FILTER (WHERE reason IN (6, 7)) AS seq,
           EXISTS (SELECT FROM terminal t WHERE t.number = q.terminal) AS is_known
    FROM quarantine q WHERE terminal IS NOT NULL GROUP BY terminal
), heard AS (
    SELECT terminal FROM terminal_head
    UNION SELECT terminal FROM aside WHERE is_known
    UNION (SELECT terminal FROM aside WHERE NOT is_known ORDER BY records DESC, terminal LIMIT %(most)s)
)
SELECT terminal, coalesce(at.school, 0), coalesce(at.car, 0), coalesce(at.operator, ''),
       greatest(h.through + coalesce(put.aside, 0), coalesce(put.aside, 0), coalesce(j.last_seq, 0),
                coalesce(past.seq, 0), coalesce(aside.seq, 0)),
       coalesce(h.through, 0), coalesce(h.stored, 0) - coalesce(r.stored - r.rows_n, 0),
       coalesce(h.beyond, 0), coalesce(cardinality(h.lost), 0), coalesce(j.judged, 0),
       coalesce(cardinality(j.unreadable), 0), coalesce(aside.records, 0), r.at, coalesce(put.aside, 0)
FROM heard
LEFT JOIN terminal_head h USING (terminal)
LEFT JOIN judged_terminal j USING (terminal)
LEFT JOIN recounted r USING (terminal)
LEFT JOIN aside USING (terminal)
LEFT JOIN (SELECT DISTINCT ON (number) number, school, car, operator FROM terminal
           ORDER BY number, valid_from DESC, entry DESC) AS at ON at.number = terminal
LEFT JOIN LATERAL (
    SELECT sum(records)::bigint AS aside
    FROM (SELECT DISTINCT md5(payload), payload_size, records FROM quarantine q
          WHERE q.terminal = heard.terminal
            AND q.received_at >= coalesce(h.last_received_at, '-infinity')) AS once) AS put ON true
LEFT JOIN LATERAL (SELECT max(e.seq) AS seq FROM evidence e
                   WHERE h.beyond > 0 AND e.terminal = heard.terminal AND e.seq > h.through) AS past ON true
WHERE %(school)s::bigint IS NULL OR at.school = %(school)s
ORDER BY terminal
"""


def chains(conn: Connection, school: int | None = None) -> list[Chain]:
    """Every terminal that anything came from, in the order of numbers; school: only that one's terminals.

    Those of which all was put aside have a row too, of unregistered numbers UNKNOWN_MOST. A payload that was
    sent again and again is counted once as written. Reasons 6 and 7 of the quarantine are found after the
    seal: such records are the terminal's own word.
    """
    return [Chain._make(row) for row in conn.execute(_CHAINS, {"school": school, "most": UNKNOWN_MOST})]


def quarantined(conn: Connection) -> list[tuple[int, int]]:
    """(reason, records) of everything that was put aside, most first."""
    rows = conn.execute(
        "SELECT reason, sum(records)::bigint FROM quarantine GROUP BY reason ORDER BY 2 DESC, 1"
    )
    return [(reason, records) for reason, records in rows]
