"""Terminals: how each is, whose records contradict each other, and which send without getting on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from firmware.wire.fields import BOOT, HEADER_SIZE, STATUS
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
        "                    WHERE head.beyond > 0 AND e.terminal = known.number AND e.seq > head.through)"
        "                    AS past ON true"
        " WHERE head.beyond > 0 OR aside.records > 0 ORDER BY 6, 1"
    )
    return [
        Stuck(terminal, through, beyond, quarantined, tuple(reasons), since)
        for terminal, through, beyond, quarantined, reasons, since in rows
    ]


class Standing(NamedTuple):
    """How a registered terminal is, as far as its records tell.

    status and boot: the newest STATUS and BOOT records as bytes, None where none has come. diagnostics: codes
    that are set. lost: records it can no longer read, and told so. head_through: up to which record its own
    signature holds, 0 none (as last judged).
    """

    terminal: int
    heard: datetime | None
    through: int
    beyond: int
    lost: int
    boot: bytes | None
    status: bytes | None
    diagnostics: tuple[int, ...]
    orders_open: int
    photos_missing: int
    head_through: int


def standings(conn: Connection) -> list[Standing]:
    """Every registered terminal by its number."""
    newest = (
        "(SELECT record FROM evidence e WHERE e.terminal = known.number AND kind = {kind}"
        " AND kind IN (1, 6, 11) ORDER BY seq DESC LIMIT 1)"
    )
    rows = conn.execute(
        "SELECT known.number, last_received_at, coalesce(through, 0), coalesce(beyond, 0),"
        " coalesce(cardinality(lost), 0),"
        f" {newest.format(kind=BOOT)}, {newest.format(kind=STATUS)},"
        " (SELECT coalesce(array_agg(code ORDER BY code), '{}') FROM"
        "    (SELECT DISTINCT ON (1) get_byte(record, %(code)s) AS code, get_byte(record, %(state)s) AS state"
        "     FROM evidence e WHERE e.terminal = known.number AND kind = 6 AND kind IN (1, 6, 11)"
        "     ORDER BY 1, seq DESC) AS newest WHERE state = 1),"
        " (SELECT count(*) FROM terminal_order o WHERE o.terminal = known.number AND done_at IS NULL"
        "    AND (until_s = 0 OR until_s >= extract(epoch FROM clock_timestamp()))),"
        " (SELECT count(DISTINCT digest) FROM photo_named n WHERE n.terminal = known.number AND NOT EXISTS"
        "    (SELECT FROM photo p WHERE p.terminal = known.number AND p.digest = n.digest"
        "     AND complete_at IS NOT NULL)),"
        " (SELECT coalesce(max(s.through), 0) FROM head_signature s"
        "   WHERE s.terminal = known.number AND state = 0)"
        " FROM (SELECT DISTINCT number FROM terminal) AS known"
        " LEFT JOIN terminal_head h ON h.terminal = known.number ORDER BY known.number".encode(),
        {"code": HEADER_SIZE, "state": HEADER_SIZE + 1},
    )
    return [
        Standing(terminal, heard, through, beyond, lost, boot, status, tuple(codes), *counts)
        for terminal, heard, through, beyond, lost, boot, status, codes, *counts in rows
    ]
