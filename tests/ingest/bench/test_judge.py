"""The bench's city is what it says: records that decode, sessions that are accepted whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware.wire import records
from firmware.wire.fields import FACE_CHECK, HEAD, MINUTE, SIGN_IN, SIGN_OUT
from ingest.bench import judge
from ingest.bench.city import City
from ingest.bench.stamped import SILENT_EVERY
from ingest.judging.run import judge_all
from ingest.measure.chain import HOLDS
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
    assert kinds == {FACE_CHECK: 21 * 2 * 6, SIGN_IN: 42, MINUTE: DAY.minutes, SIGN_OUT: 42, HEAD: 42}
    assert {row.seq for row in rows} == set(range(1, DAY.per_session * 2 + 1))


def test_all_is_accepted_but_the_minutes_without_wheel_and_engine(conn: Connection) -> None:
    done = judge_all(conn)
    assert (done.stored, done.judged) == (len([*DAY.rows()]) * DAY.cars, done.stored)
    silent = sum((nth + car) % SILENT_EVERY == 0 for car in range(DAY.cars) for nth in range(30)) * 2
    rows = conn.execute("SELECT verdict, count(*) FROM verdict GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [(0, DAY.minutes - silent), (1, silent)]


def test_the_chains_hang_together_and_their_heads_are_signed(conn: Connection) -> None:
    judge_all(conn)
    states = conn.execute("SELECT state, count(*) FROM head_signature GROUP BY 1").fetchall()
    assert states == [(HOLDS, DAY.cars * 2)]


def test_a_small_run_writes_its_result(tmp_path: Path) -> None:
    figures: dict[str, Any] = {"million_fixes_s": {}, "ceiling_million_fixes_s": {}, "fences": 9}
    figures["cuts_million_fixes_s"] = {"median": 1.5}
    out = tmp_path / "judge.json"
    result = judge.run(cars=2, hours=1, out=out, fences=lambda: figures)
    assert (result.minutes, result.accepted, result.rows_touched_again) == (120, 114, 0)
    assert result.same_digest
    assert json.loads(out.read_text())["fences"] == figures
    assert set(result.again_cpu_s) == {"read", "measure", "rules", "rows", "write", "rest", "postgresql"}
    told = judge.sentences(result)
    assert any("agree" in line for line in told) and any("9 fences" in line for line in told)
