"""The bench's city is what it says: records that decode, sessions that are accepted whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.wire import records
from firmware.wire.fields import FACE_CHECK, MINUTE, SIGN_IN, SIGN_OUT
from ingest.bench import judge
from ingest.bench.city import City
from ingest.judging.run import judge_all
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.evidence import read_range
from ingest.store.migrate import migrate

DAY = City(cars=21, hours=1)


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as connection:
        migrate(connection)
        registry.load(connection, registry_file.check(DAY.registry(), "test"))
        judge.fill(connection, DAY)
        yield connection


def test_every_record_decodes_and_every_seq_is_there_once(conn: Connection) -> None:
    rows = [row for chunk in read_range(conn) for row in chunk]
    assert len(rows) == DAY.cars * DAY.per_session * 2
    kinds: dict[int, int] = {}
    for row in rows:
        values = records.decode(row.record)
        assert (values["terminal"], values["seq"], values["kind"]) == (row.terminal, row.seq, row.kind)
        kinds[row.kind] = kinds.get(row.kind, 0) + 1
    assert kinds == {FACE_CHECK: 21 * 2 * 6, SIGN_IN: 42, MINUTE: DAY.minutes, SIGN_OUT: 42}
    assert {row.seq for row in rows} == set(range(1, DAY.per_session * 2 + 1))


def test_the_day_is_accepted_whole(conn: Connection) -> None:
    done = judge_all(conn)
    assert (done.stored, done.judged) == (len([*DAY.rows()]) * DAY.cars, done.stored)
    told = conn.execute("SELECT verdict, reasons, count(*) FROM verdict GROUP BY 1, 2").fetchall()
    assert told == [(0, [], DAY.minutes)]


def test_a_small_run_writes_its_result(tmp_path: Path) -> None:
    result = judge.run(cars=2, hours=1, out=tmp_path / "judge.json")
    assert (result.minutes, result.accepted, result.rows_touched_again) == (120, 120, 0)
    assert result.same_digest
    assert (tmp_path / "judge.json").is_file()
    assert any("agree" in line for line in judge.sentences(result))
