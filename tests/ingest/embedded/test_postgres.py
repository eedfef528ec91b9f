"""The embedded PostgreSQL: its life, its files, its account."""

import os
import pwd
import shutil
import stat
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from ingest.embedded import postgres_files
from ingest.embedded.children import Account, EmbeddedError, unprivileged
from ingest.embedded.postgres import EmbeddedPostgres
from tests.ingest.embedded.processes import account_of, parent_of, wait_until_none, working_in


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_a_second_start_keeps_the_data(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "pg") as server:
        assert parent_of(server.pid) == os.getpid()
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 41 AS i")
    assert working_in(open_folder) == set()
    assert not list((open_folder / "pg" / "sockets").iterdir())
    with EmbeddedPostgres(open_folder / "pg") as server:
        assert value(server.url, "SELECT i + 1 FROM kept") == 42
        assert value(server.url, "SELECT current_setting('fsync')") == "on"
        assert value(server.url, "SELECT current_setting('listen_addresses')") == ""


def test_one_object_can_start_again(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "pg", database="one two", settings={"fsync": "off"})
    for _ in range(2):
        with server:
            assert value(server.url, "SELECT current_database()") == "one two"
            assert value(server.url, "SELECT current_setting('fsync')") == "off"
    with pytest.raises(EmbeddedError):
        _ = server.pid


def test_two_servers_at_once_and_never_two_on_one_folder(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "a") as first, EmbeddedPostgres(open_folder / "b") as second:
        with psycopg.connect(first.url) as connection:
            connection.execute("CREATE TABLE only_here (i int)")
        assert value(second.url, "SELECT to_regclass('only_here')") is None
        with pytest.raises(EmbeddedError, match="already in use"):
            EmbeddedPostgres(open_folder / "a").start()
        assert value(first.url, "SELECT to_regclass('only_here')::text") == "only_here"


def test_root_gives_up_its_rights_for_the_server(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "pg") as server:
        user, groups = account_of(server.pid)
        expected = unprivileged()
        assert user == (os.geteuid() if expected is None else expected.uid)
        assert user != 0
        if expected is not None:
            assert groups == []


def test_no_permission_outside_the_data_folder_changes(open_folder: Path) -> None:
    program = postgres_files.binaries(postgres_files.Home(open_folder, None))
    outside = [
        *open_folder.parents,
        open_folder,
        Path(sys.executable),
        *Path(sys.executable).parents,
        Path.home(),
        program,
        *program.iterdir(),
        *program.parents,
    ]

    def seen() -> list[tuple[int, int, int]]:
        return [(path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in outside]

    before, people = seen(), [entry.pw_name for entry in pwd.getpwall()]
    with EmbeddedPostgres(open_folder / "pg"):
        pass
    assert seen() == before
    assert [entry.pw_name for entry in pwd.getpwall()] == people


def test_a_folder_its_account_cannot_reach(open_folder: Path) -> None:
    """The home of root is often 0700: the files move to the temporary folder and are found again there."""
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "pg"
    if os.geteuid() != 0:
        assert postgres_files.find_home(data_dir, None) == postgres_files.Home(data_dir, None)
        return
    try:
        for keep, count in ((True, 1), (True, 2), (False, 1)):
            with EmbeddedPostgres(data_dir, keep=keep) as server:
                with psycopg.connect(server.url) as connection:
                    connection.execute("CREATE TABLE IF NOT EXISTS seen (i int)")
                    connection.execute("INSERT INTO seen VALUES (1)")
                assert value(server.url, "SELECT count(*) FROM seen") == count
                account = unprivileged()
                assert account is not None
                away = postgres_files.find_home(data_dir, account).path
                assert away.parent == Path(tempfile.gettempdir())
        assert not away.exists()
    finally:
        shutil.rmtree(away, ignore_errors=True)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_programs_its_account_cannot_reach_are_copied(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = unprivileged() or Account(os.getuid(), os.getgid())
    home = postgres_files.Home(open_folder, account)
    reachable = postgres_files._can_run if os.geteuid() == 0 else lambda path, _who: path.exists()
    monkeypatch.setattr(
        postgres_files, "_can_run", lambda path, who: open_folder in path.parents and reachable(path, who)
    )
    bin_dir = postgres_files.binaries(home)
    assert open_folder in bin_dir.parents
    marker = bin_dir / "made-once"
    marker.touch()
    assert postgres_files.binaries(home) == bin_dir
    assert marker.exists()
    if os.geteuid() == 0:
        with EmbeddedPostgres(open_folder) as server:
            assert Path(os.readlink(f"/proc/{server.pid}/exe")).parent == bin_dir


def test_a_pid_file_of_a_recycled_process_does_not_stop_it(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "pg"):
        pass
    pid_file = open_folder / "pg" / "cluster" / "postmaster.pid"
    for stale in (f"{os.getpid()}\n{open_folder}\n", "", "nonsense\n", "2147483646\n"):
        pid_file.write_text(stale)
        with EmbeddedPostgres(open_folder / "pg") as server:
            assert value(server.url, "SELECT 1") == 1


def test_half_made_clusters_and_other_settings_do_not_matter(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = open_folder / "pg" / "making-half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    for name, text in {
        "PGPORT": "1",
        "PGDATA": "/nonexistent",
        "PGHOST": "nowhere",
        "LC_ALL": "xx_YY",
    }.items():
        monkeypatch.setenv(name, text)
    with EmbeddedPostgres(open_folder / "pg") as server:
        assert value(server.url, "SELECT 1") == 1
        assert not half.exists()


def test_a_long_path_gets_its_socket_elsewhere(open_folder: Path) -> None:
    data_dir = open_folder / ("long-" * 20) / ("longer-" * 10)
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT 1") == 1
        sockets = server._sockets
        assert sockets is not None
        assert data_dir not in sockets.parents
    assert not sockets.exists()


def test_nothing_is_kept_when_asked_but_what_was_there(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "a", keep=False):
        pass
    assert not (open_folder / "a").exists()
    (open_folder / "b").mkdir()
    (open_folder / "b" / "mine.txt").write_text("stays")
    with EmbeddedPostgres(open_folder / "b", keep=False):
        pass
    assert [path.name for path in (open_folder / "b").iterdir()] == ["mine.txt"]


def test_a_broken_cluster_gives_one_sentence(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder / "pg"):
        pass
    (open_folder / "pg" / "cluster" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match=r"ended at start: .*read .*postgres\.log"):
        EmbeddedPostgres(open_folder / "pg").start()
    assert wait_until_none(open_folder) == set()
