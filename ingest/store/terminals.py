"""Terminals to look at: those whose records contradict each other, and those that send without getting on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ingest.store.connection import Connection


class Stuck(NamedTuple):
    """A registered terminal that sends, and whose through stays where it is.

    beyond: records stored past the hole at through + 1. quarantined: records put aside since the last one was
    stored, for these reasons (firmware.wire.reasons), those found before the seal included: anybody may have
    sent them. since: when the first of all these arrived.
    """

    terminal: int
    through: int
    beyond: int
    quarantined: int
    reasons: tuple[int, ...]
    since: datetime


def contested_from(conn: Connection) -> dict[int, int]:
    """terminal -> the seq from which its records are contested, for every terminal that has forked or broken
    its chain.

    What the terminal says of that seq, or of one soon after, is not what is stored of it. Follows from the
    quarantine alone and is never later than the first contradiction seen. As an envelope is put aside whole,
    it may be earlier by up to an envelope, which depends on how the terminal cut its records and on which
    of two came first.
    """
    return dict(conn.execute("SELECT terminal, contested_from FROM contested ORDER BY terminal").fetchall())


def stuck(conn: Connection) -> list[Stuck]:
    """Every terminal that sends without getting on, the longest standing first.

    A hole that closes and a record stored after a refusal end it by themselves.
    """
    rows = conn.execute(
        "SELECT number, coalesce(through, 0), coalesce(beyond, 0), coalesce(aside.records, 0),"
        "       coalesce(aside.reasons, '{}'), least(aside.since, past.since)"
        " FROM (SELECT DISTINCT number FROM terminal) AS known"
        " LEFT JOIN terminal_head AS head ON head.terminal = number"
        " LEFT JOIN LATERAL (SELECT sum(records)::bigint AS records, min(received_at) AS since,"
        "                           array_agg(DISTINCT reason ORDER BY reason) AS reasons"
        "                    FROM quarantine AS q WHERE q.terminal = number"
        "                    AND q.received_at >= coalesce(last_received_at, '-infinity')) AS aside ON true"
        " LEFT JOIN LATERAL (SELECT min(received_at) AS since FROM evidence AS e"
        "                    WHERE head.beyond > 0 AND e.terminal = number AND e.seq > head.through)"
        "                    AS past ON true"
        " WHERE head.beyond > 0 OR aside.records > 0 ORDER BY 6, 1"
    )
    return [
        Stuck(terminal, through, beyond, quarantined, tuple(reasons), since)
        for terminal, through, beyond, quarantined, reasons, since in rows
    ]
