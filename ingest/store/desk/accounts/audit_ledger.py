"""Decisions that the audit log does not tell as the ledger holds them."""

from __future__ import annotations

from ingest.store.connection import Connection

# An entry tells of one decision, or of many of one kind. The log blots out what looks like a token in words.
_DIFFER = r"""
    WITH told AS (
        SELECT (details ->> 'decision')::bigint AS id, account, subject, details,
               details -> 'minutes' AS minutes
        FROM audit_log WHERE action IN ('decision.add', 'decision.undo', 'reversal.confirm')
        UNION ALL
        SELECT one.id::text::bigint, account, one.subject, details, NULL
        FROM audit_log CROSS JOIN LATERAL ROWS FROM (
            jsonb_array_elements(details -> 'decisions'), jsonb_array_elements_text(details -> 'sessions')
        ) AS one (id, subject)
        WHERE action IN ('decision.bulk', 'decision.bulk_undo'))
    SELECT coalesce(d.id, t.id) FROM decision d FULL JOIN told t ON t.id = d.id
    WHERE d.id IS NULL OR t.id IS NULL OR t.account <> d.account
       OR t.subject <> format('session:%s/%s', lpad(d.terminal::text, 16, '0'), d.session)
       OR t.details ->> 'kind' <> d.kind OR t.details ->> 'cause' <> d.cause
       OR (t.details ->> 'words' <> d.words AND t.details ->> 'words' NOT LIKE '%hfd\_[...]%')
       OR (t.minutes IS NOT NULL AND d.kind <> 'accept' AND t.minutes <>
           (SELECT coalesce(jsonb_agg(m ORDER BY m), '[]') FROM (
                SELECT DISTINCT m FROM unnest(d.accepts || d.refuses) AS m) AS both_of))
    ORDER BY 1 LIMIT 1"""


def first_difference(conn: Connection) -> int | None:
    """The lowest number of a decision that the log does not tell, tells otherwise, or that is gone."""
    row = conn.execute(_DIFFER.encode()).fetchone()
    return None if row is None else int(row[0])
