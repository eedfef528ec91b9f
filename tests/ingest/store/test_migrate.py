"""Migrations: once, in order, and never silently another file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.store.connection import Connection, StoreError, connect
from ingest.store.migrate import SCHEMA, migrate, steps


@pytest.fixture
def conn(empty_postgres_url: str) -> Iterator[Connection]:
    with connect(empty_postgres_url, patience_s=10) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "schema"
    shutil.copytree(SCHEMA, copy)
    return copy


def test_the_second_time_there_is_nothing_to_do(conn: Connection) -> None:
    numbers = [step.version for step in steps()]
    assert migrate(conn) == numbers
    assert migrate(conn) == []
    assert numbers == list(range(1, len(numbers) + 1))


def test_two_at_once_apply_each_step_once(empty_postgres_url: str) -> None:
    def run(_: int) -> list[int]:
        with connect(empty_postgres_url) as conn:
            return migrate(conn)

    with ThreadPoolExecutor(4) as pool:
        applied = [number for numbers in pool.map(run, range(4)) for number in numbers]
    assert sorted(applied) == [step.version for step in steps()]


def test_a_changed_file_is_refused(conn: Connection, folder: Path) -> None:
    migrate(conn, folder)
    with open(folder / "0002_evidence.sql", "a") as file:
        file.write("-- another thought\n")
    with pytest.raises(StoreError, match=r"0002_evidence\.sql has changed"):
        migrate(conn, folder)


def test_a_newer_database_is_refused(conn: Connection, folder: Path) -> None:
    (folder / "9999_future.sql").write_text("CREATE TABLE future ();")
    migrate(conn, folder)
    with pytest.raises(StoreError, match=r"9999_future\.sql"):
        migrate(conn)


def test_a_broken_step_leaves_nothing_of_itself(conn: Connection, folder: Path) -> None:
    (folder / "9998_half.sql").write_text("CREATE TABLE half (); CREATE TABLE half ();")
    with pytest.raises(StoreError, match=r"9998_half\.sql failed"):
        migrate(conn, folder)
    row = conn.execute("SELECT to_regclass('half'), to_regclass('evidence')").fetchone()
    assert row is not None
    assert row[0] is None
    assert row[1] is not None


@pytest.mark.parametrize(
    ("name", "says"), [("0001_again.sql", "share number"), ("10_short.sql", "NNNN_words")]
)
def test_a_badly_named_file_is_refused(folder: Path, name: str, says: str) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(StoreError, match=says):
        steps(folder)
