"""Evidence rows round-trip, partitions appear on demand, and the audit sees what is missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware.wire import envelope, records
from ingest.store import conservation, envelopes, evidence, heads, landing
from ingest.store.connection import Connection, StoreError, connect
from ingest.store.conservation import Counts
from ingest.store.evidence import EvidenceRow
from ingest.store.heads import Beyond, Head
from ingest.store.landing import Landing
from ingest.store.migrate import migrate
from ingest.store.parts import Parts

U32 = 2**32 - 1
EMPTY_US = 1_772_000_000_000_000


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


def row(terminal: int = 1, seq: int = 1, utc_us: int = EMPTY_US, record: bytes = b"record") -> EvidenceRow:
    return EvidenceRow(terminal, seq, utc_us, EMPTY_US + 7, 2, seq, 1, 4, bytes(32), record)


def store(conn: Connection, *rows: EvidenceRow) -> None:
    Parts().ensure(conn, {one.utc_us for one in rows})
    evidence.append(conn, rows)


rows = st.builds(
    EvidenceRow,
    terminal=st.integers(1, 9_999_999_999_999_999),
    seq=st.integers(1, U32),
    utc_us=st.integers(0, U32).map(lambda s: s * 1_000_000),
    received_us=st.integers(0, 4_000_000_000_000_000),
    session=st.integers(0, U32),
    envelope_first=st.integers(1, U32),
    envelope_count=st.integers(1, 32),
    kind=st.integers(1, 6),
    seal=st.binary(min_size=32, max_size=32),
    record=st.binary(min_size=58, max_size=593),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, min_size=1, max_size=6, unique_by=lambda one: (one.terminal, one.seq)))
def test_rows_round_trip(conn: Connection, given_rows: list[EvidenceRow]) -> None:
    conn.execute("TRUNCATE evidence")
    store(conn, *given_rows)
    back = [one for chunk in evidence.read_range(conn, chunk=2) for one in chunk]
    assert back == sorted(given_rows)


def test_ranges_are_half_open_and_by_terminal(conn: Connection) -> None:
    keys = [(terminal, seq) for terminal in (1, 2) for seq in range(1, 6)]
    store(conn, *(row(terminal, seq, EMPTY_US + seq * 60_000_000) for terminal, seq in keys))
    some = evidence.read_range(conn, EMPTY_US + 120_000_000, EMPTY_US + 240_000_000, terminals=[2])
    assert [(one.terminal, one.seq) for chunk in some for one in chunk] == [(2, 2), (2, 3)]
    assert [one.seq for chunk in evidence.read_terminal(conn, 1, 2, 4) for one in chunk] == [2, 3, 4]


def test_a_month_is_made_once_and_holds_its_rows(conn: Connection) -> None:
    store(conn, row(1, 1), row(1, 2))
    store(conn, row(1, 3))
    found = conn.execute("SELECT tableoid::regclass::text, count(*) FROM evidence GROUP BY 1").fetchall()
    assert found == [("evidence_2026_02", 3)]


def test_a_reader_does_not_hold_up_a_new_month(conn: Connection, postgres_url: str) -> None:
    store(conn, row(1, 1))
    with connect(postgres_url) as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM evidence")
        conn.execute("SET lock_timeout = '5s'")
        store(conn, row(1, 2, EMPTY_US + 90 * 86_400_000_000))
    assert evidence.count(conn) == 2


def test_the_same_row_twice_is_refused(conn: Connection) -> None:
    store(conn, row())
    with pytest.raises(psycopg.errors.UniqueViolation):
        store(conn, row())


def test_digests_of_what_is_there(conn: Connection) -> None:
    store(conn, row(1, 1, record=b"a"), row(2, 1, record=b"b"))
    found = evidence.digests(conn, [(1, 1), (2, 1), (2, 2)])
    assert found == {(1, 1): records.digest(b"a"), (2, 1): records.digest(b"b")}


def test_an_envelope_with_a_missing_record_is_told(conn: Connection) -> None:
    lone = row(1, 1)._replace(envelope_count=2)
    store(conn, lone)
    with pytest.raises(StoreError, match="is not whole"):
        envelopes.of_row(conn, lone)


@given(
    st.lists(st.binary(min_size=58, max_size=200), min_size=1, max_size=8),
    st.binary(min_size=32, max_size=32),
)
def test_assembled_envelopes_are_the_wires(chosen: list[bytes], key: bytes) -> None:
    payload = envelope.seal(7, chosen, key)
    assert envelopes.assemble(7, chosen, payload[-32:]) == payload


def test_heads_round_trip_with_what_lies_beyond_a_gap(conn: Connection) -> None:
    prev, record = b"\5" * 32, bytes(13) + b"\5" * 32 + bytes(20)
    store(conn, row(1, 1), row(1, 9, record=record), row(2, 1))
    gapped = Head(1, 1, b"\1" * 32, {9: Beyond(prev, records.digest(record))}, EMPTY_US)
    whole = Head(2, 1, b"\2" * 32, received_us=EMPTY_US + 5)
    heads.save(conn, [gapped, whole])
    heads.save(conn, [gapped])
    assert heads.load(conn, [1, 2, 3]) == {1: gapped, 2: whole, 3: Head(3)}
    assert heads.through_all(conn) == {1: 1, 2: 1}
    assert heads.changed_since(conn, EMPTY_US + 1) == [2]


def test_a_landing_is_all_or_nothing(conn: Connection) -> None:
    conn.execute("ALTER TABLE conservation ADD CHECK (received < 2)")
    bad = Landing(rows=[row(1, 1)], heads=[Head(1, 1)], received=2)
    with pytest.raises(psycopg.errors.CheckViolation):
        landing.commit(conn, bad, Parts())
    assert evidence.count(conn) == 0
    assert heads.through_all(conn) == {}
    good = Landing(rows=[row(1, 1)], heads=[Head(1, 1)], received=1)
    landing.commit(conn, good, Parts())
    assert conservation.last_batch(conn) == good.batch
    assert conservation.audit(conn) == []


def test_the_audit_sees_a_row_that_is_gone(conn: Connection) -> None:
    landing.commit(conn, Landing([row(1, 1)], [], [Head(1, 1)], received=1), Parts())
    conn.execute("DELETE FROM evidence")
    assert conservation.audit(conn) == ["1 records were counted as stored, the evidence holds 0."]


def test_the_table_and_the_audit_can_show_that_the_sum_does_not_hold(conn: Connection) -> None:
    work = Landing([row(1, 1)], [], [Head(1, 1)], received=4, duplicates=1)
    landing.commit(conn, work, Parts())
    assert work.landed == conservation.read(conn) == Counts(4, 1, 1, 0)
    assert (work.landed.balanced, work.landed.missing) == (False, 2)
    assert conservation.audit(conn) == [
        "4 records were received, but 1 stored, 1 duplicates and 0 quarantined make 2."
    ]


def test_what_is_stored_is_counted_by_what_the_table_took(conn: Connection) -> None:
    conn.execute(
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER swallow BEFORE INSERT ON evidence FOR EACH ROW WHEN (NEW.seq = 2)"
        " EXECUTE FUNCTION swallow()"
    )
    work = Landing([row(1, seq) for seq in (1, 2, 3)], [], [Head(1, 3)], received=3)
    landing.commit(conn, work, Parts())
    assert conservation.read(conn) == Counts(3, 2, 0, 0)
    assert len(conservation.audit(conn)) == 2


def test_one_writer_at_a_time(conn: Connection, postgres_url: str) -> None:
    stop = threading.Event()
    assert landing.become_writer(conn, stop.wait)
    with connect(postgres_url) as other:
        assert not landing.become_writer(other, lambda _: True)
    conn.close()
    with connect(postgres_url) as other:
        assert landing.become_writer(other, stop.wait)
