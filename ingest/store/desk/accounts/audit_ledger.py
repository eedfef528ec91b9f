"""Decisions that the audit log does not tell as the ledger holds them."""

from __future__ import annotations

from typing import NamedTuple

from ingest.store.connection import Connection

GONE, UNTOLD, OTHERWISE = "gone", "untold", "otherwise"


class Difference(NamedTuple):
    """A decision where ledger and log differ. how: GONE from the ledger, UNTOLD by the log, or OTHERWISE."""

    decision: int
    how: str


# An entry tells of one decision, or of many of one kind. The log blots out what looks like a token in words.
_DIFFER = r"""
    WITH told AS (
        SELECT (details ->> 'decision')::bigint AS id, account, subject, details,
               details -> 'minutes' AS minutes, (details ->> 'undoes')::bigint AS undoes
        FROM audit_log WHERE action IN ('decision.add', 'decision.undo', 'reversal.confirm')
        UNION ALL
        SELECT one.id::text::bigint, account, one.subject, details, NULL, one.undoes::text::bigint
        FROM audit_log CROSS JOIN LATERAL ROWS FROM (
            jsonb_array_elements(details -> 'decisions'), jsonb_array_elements_text(details -> 'sessions'),
            jsonb_array_elements(details -> 'undoes')
        ) AS one (id, subject, undoes)
        WHERE action IN ('decision.bulk', 'decision.bulk_undo'))
    SELECT coalesce(d.id, t.id),
           CASE WHEN d.id IS NULL THEN 'gone' WHEN t.id IS NULL THEN 'untold' ELSE 'otherwise' END
    FROM decision d FULL JOIN told t ON t.id = d.id
    WHERE d.id IS NULL OR t.id IS NULL OR t.account <> d.account
       OR t.subject <> format('session:%s/%s', lpad(d.terminal::text, 16, '0'), d.session)
       OR t.details ->> 'kind' IS DISTINCT FROM d.kind
       OR t.details ->> 'cause' IS DISTINCT FROM d.cause OR nullif(t.undoes, 0) IS DISTINCT FROM d.undoes
       OR (t.details ->> 'words' IS DISTINCT FROM d.words
           AND coalesce(t.details ->> 'words', '') NOT LIKE '%hfd\_[...]%')
       OR (t.minutes IS NOT NULL AND d.kind <> 'accept' AND t.minutes <>
           (SELECT coalesce(jsonb_agg(m ORDER BY m), '[]') FROM (
                SELECT DISTINCT m FROM unnest(d.accepts || d.refuses) AS m) AS both_of))
    ORDER BY 1 LIMIT 1"""


def first_difference(conn: Connection) -> Difference | None:
    """The lowest number of a decision that the log does not tell, tells otherwise, or that is gone."""
    row = conn.execute(_DIFFER.encode()).fetchone()
    return None if row is None else Difference(*row)
