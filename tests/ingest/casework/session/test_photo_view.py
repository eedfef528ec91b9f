"""Whoever looks at a face is written down, and nobody sees another school's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.casework.session.photo_view import FACE_VIEWED, look
from ingest.casework.who import Who
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.sessions import DIGEST, PHOTO, SCHOOL, filled, store_photo

WHO = Who(0, "test", "inspector", 0, "127.0.0.1")


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        _, session = filled(made)
        store_photo(made, 7, session)
        yield made


def entries(conn: Connection) -> list[tuple[str, str]]:
    rows = conn.execute("SELECT action, subject FROM audit_log ORDER BY entry").fetchall()
    return [(action, subject) for action, subject in rows]


def test_a_look_is_written_down(conn: Connection) -> None:
    before = len(entries(conn))
    assert look(conn, WHO, 7, DIGEST) == PHOTO
    assert look(conn, WHO, 7, DIGEST, SCHOOL) == PHOTO
    written = entries(conn)[before:]
    assert [action for action, _ in written] == [FACE_VIEWED] * 2
    assert written[0][1].startswith("session:0000000000000007/")


def test_what_is_not_shown_leaves_nothing(conn: Connection) -> None:
    before = entries(conn)
    assert look(conn, WHO, 7, DIGEST, SCHOOL + 1) is None
    assert look(conn, WHO, 8, DIGEST) is None
    assert look(conn, WHO, 7, bytes(32)) is None
    assert entries(conn) == before
