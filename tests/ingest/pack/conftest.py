"""A clean pack with everything in it, made once a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.casework.packs.build import build
from ingest.casework.who import SUPERVISOR, Who
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.pack import scene as scenes
from tests.ingest.pack.scene import Scene

WHO = Who(0, "test", SUPERVISOR, 0, "")


class Made(NamedTuple):
    """A database with the scene, the folder of the pack key, and the pack of the decided session."""

    conn: Connection
    scene: Scene
    folder: Path
    pack: bytes


@pytest.fixture(scope="module")
def made(module_postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("pack")
    with connect(module_postgres_url, patience_s=10) as conn:
        migrate(conn)
        scene = scenes.play(conn)
        scenes.decide(conn, scene)
        data = build(conn, WHO, scene.terminal, scene.session, with_photos=True, folder=folder)
        yield Made(conn, scene, folder, data)
