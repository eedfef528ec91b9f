"""A drawn day of an office; what a test does to it is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.casework import audit
from ingest.casework.drawing import draw
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_sessions, add_terminals
from tests.ingest.casework.drawing.office import (
    CLOSING,
    DAY,
    NOW,
    SEED,
    STARTED,
    Office,
    hire,
)


@pytest.fixture(scope="module")
def drawn_url(module_postgres_url: str) -> str:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        add_terminals(made, (11, 1, "2026-01-01"))
        with made.transaction():
            add_sessions(made, 11, STARTED, range(1, 401))
        hire(made)
        office = Office(made)
        draw.commit(made, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
        for who in (office.li, office.wang):
            draw.enter_seed(made, who, NOW, DAY, SEED)
    return module_postgres_url


@pytest.fixture
def closed(drawn_url: str) -> Iterator[Connection]:
    """The seed stands; what a test does is rolled back."""
    with connect(drawn_url, patience_s=10) as made, made.transaction(force_rollback=True):
        yield made


@pytest.fixture
def office(closed: Connection) -> Office:
    draw.run(closed, audit.SYSTEM, DAY)
    return Office(closed)
