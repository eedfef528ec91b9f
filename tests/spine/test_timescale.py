"""Evidence as a TimescaleDB hypertable: the same migrations, landing and judging as with native parts.

HOURFENCE_TIMESCALE_URL names an empty database with the extension. It may serve one transaction at a time and
have one session for all its clients, as PGlite does: one connection works at a time, none prepares statements
for another.
"""

import os
from collections.abc import Iterator

import pytest

from ingest.judging.run import judge_all
from ingest.receive.receipts import Receipt
from ingest.store import conservation, envelopes, evidence
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import Terminal, terminal_with

URL = "HOURFENCE_TIMESCALE_URL"
HOURFENCE_TABLES = "SELECT relname FROM pg_class WHERE relname IN ('schema_version', 'evidence')"

pytestmark = [
    pytest.mark.optional_part,
    pytest.mark.skipif(
        not os.environ.get(URL), reason=f"{URL} is not set; it names a database with TimescaleDB."
    ),
]


class OneAtATime(Gate):
    """A gate whose writer gives the database back after each batch."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.conn.prepare_threshold = None

    def deliver(self, *payloads: tuple[str, bytes]) -> list[Receipt]:
        sent = super().deliver(*payloads)
        # PGlite's wire keeps the database after a pipeline until the next plain answer.
        self.writer.connection.execute("SELECT")
        return sent


@pytest.fixture
def timescale_url() -> Iterator[str]:
    url = os.environ[URL]
    with connect(url, patience_s=30) as conn:
        conn.prepare_threshold = None
        found = conn.execute(HOURFENCE_TABLES).fetchall()
        assert not found, f"{URL} names a database that is in use ({found[0][0]}); name an empty one."
        before = everything(conn)
    yield url
    with connect(url, patience_s=30) as conn:
        conn.prepare_threshold = None
        for kind, name in sorted(everything(conn) - before, reverse=True):
            conn.execute(f"DROP {kind} IF EXISTS {name} CASCADE")


def everything(conn: Connection) -> set[tuple[str, str]]:
    """Tables and functions of the schema public."""
    tables = "SELECT 'TABLE', tablename FROM pg_tables WHERE schemaname = 'public'"
    functions = (
        "SELECT 'FUNCTION', proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS"
        " (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"
    )
    return {(kind, name) for kind, name in conn.execute(f"{tables} UNION ALL {functions}")}


def months(conn: Connection) -> int:
    """Chunks of the evidence."""
    row = conn.execute(
        "SELECT num_chunks FROM timescaledb_information.hypertables WHERE hypertable_name = 'evidence'"
    ).fetchone()
    assert row is not None, "the evidence is not a hypertable"
    return int(row[0])


def singly(terminal: Terminal) -> list[tuple[str, bytes]]:
    """One envelope a record."""
    return [(terminal.topic, terminal.payload(seq, seq)) for seq in range(1, len(terminal.records) + 1)]


def test_landed_once_in_a_hypertable_and_judged(timescale_url: str) -> None:
    one, other = terminal_with(2001, 30), terminal_with(2002, 10)
    for minute in (0, 71_582_788):  # years outside every month that is ever made
        one.minute(minute=minute)
    gate = OneAtATime(timescale_url)
    try:
        assert migrate(gate.conn) == []
        gate.register(one.number, other.number)
        gate.deliver(*singly(one), *reversed(singly(other)))
        gate.deliver(*singly(one)[:5], (one.topic, b"not an envelope"))
        gate.writer.close()
        conn = gate.conn
        assert months(conn) == 3
        assert conservation.read(conn) == (52, 46, 5, 1)
        assert gate.audit() == []
        for terminal in (one, other):
            head = gate.head(terminal.number)
            assert (head.through, head.beyond) == (len(terminal.records), {})
            rows = [row for chunk in evidence.read_terminal(conn, terminal.number) for row in chunk]
            assert [row.record for row in rows] == terminal.records
            last = len(terminal.records)
            again = list(envelopes.of_terminal(conn, terminal.number, 1, last))
            assert again == [payload for _topic, payload in singly(terminal)]
        judged = judge_all(conn)
        assert (judged.stored, judged.judged, judged.minutes, judged.sessions) == (46, 46, 42, 2)
        assert judge_all(conn).judged_under == judged.judged_under
    finally:
        gate.close()
