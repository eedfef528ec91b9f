"""A small judged world and people to decide on it: inspectors, supervisors, schools, an auditor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.casework import audit
from ingest.casework.up_to_date import bring_up_to_date
from ingest.casework.who import Who
from ingest.decisions.refusals import DecisionRefused
from ingest.judging.run import judge_all
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import audit_ledger, audit_log
from ingest.store.evidence import append
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.ingest.judging.journal import SCHOOL, START, Journal, the_registry

OUT_START = START + 20
GOOD, OUT, LATE = (7, 4), (7, 19), (8, 4)
"""Ten good minutes; ten minutes out of fence; ten of which a record is missing, nine unsure."""


class People:
    """Who acts, by name."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        for name, role, school in (
            ("ines", "inspector", 0),
            ("ivan", "inspector", 0),
            ("sara", "supervisor", 0),
            ("sven", "supervisor", 0),
            ("home", "school", SCHOOL),
            ("away", "school", 2),
            ("anna", "auditor", 0),
        ):
            row = conn.execute(
                "INSERT INTO account (name, role, school) VALUES (%s, %s, %s) RETURNING id",
                (name, role, school),
            ).fetchone()
            assert row is not None
            setattr(self, name, Who(row[0], name, role, school, ""))

    ines: Who
    ivan: Who
    sara: Who
    sven: Who
    home: Who
    away: Who
    anna: Who


def judged_world(conn: Connection) -> None:
    """Terminals 7 and 8 judged and in the queue."""
    migrate(conn)
    registry.load(conn, registry_file.check(the_registry(), "test"))
    Parts().ensure(conn, [START * 60_000_000])
    append(conn, Journal(7, 21).session(10).session(10, OUT_START, 560.0).rows)
    journal = Journal(8, 22).session(10, START + 40)
    del journal.rows[8]
    append(conn, journal.rows)
    judge_all(conn)
    bring_up_to_date(conn)


@pytest.fixture(scope="module")
def judged_url(module_postgres_url: str) -> str:
    """A database with that world, for the tests of one file."""
    with connect(module_postgres_url, patience_s=10) as made:
        judged_world(made)
    return module_postgres_url


@pytest.fixture
def conn(judged_url: str) -> Iterator[Connection]:
    """That world; what a test does to it is rolled back."""
    with connect(judged_url, patience_s=10) as made, made.transaction(force_rollback=True):
        yield made


@pytest.fixture
def people(conn: Connection) -> Iterator[People]:
    """The people; in the end the ledger and the log must be in order."""
    yield People(conn)
    balanced(conn)
    log_is_whole(conn)


@pytest.fixture
def free(postgres_url: str) -> Iterator[People]:
    """People in a world of their own, committed: for tests that judge again or use several connections."""
    with connect(postgres_url, patience_s=10) as made:
        judged_world(made)
        yield People(made)
        balanced(made)
        log_is_whole(made)


def balanced(conn: Connection) -> None:
    """Of every session the ledger adds up to its effective minutes, by trainee, and the queue knows them."""
    wanted = conn.execute(
        "SELECT v.terminal, v.session, o.trainee, count(*) FROM effective_verdict v"
        " JOIN session_outcome o USING (terminal, session) WHERE v.verdict = 0 GROUP BY 1, 2, 3 ORDER BY 1, 2"
    ).fetchall()
    held = conn.execute(
        "SELECT terminal, session, trainee, sum(minutes) FROM credit GROUP BY 1, 2, 3"
        " HAVING sum(minutes) <> 0 ORDER BY 1, 2"
    ).fetchall()
    assert held == wanted
    shown = conn.execute(
        "SELECT terminal, session, trainee, effective FROM queue_entry WHERE effective <> 0 ORDER BY 1, 2"
    ).fetchall()
    assert shown == wanted


def log_is_whole(conn: Connection) -> None:
    """What `audit verify` holds: the chain has no gap, and every decision is told as the ledger has it."""
    assert audit.verify(audit_log.every(conn)).broken_at is None
    assert audit_ledger.first_difference(conn) is None


def code_of(caught: pytest.ExceptionInfo[DecisionRefused]) -> str:
    """The stable code of what was refused."""
    return caught.value.code


def earned(conn: Connection, key: tuple[int, int]) -> int:
    """What the ledger holds for a session."""
    row = conn.execute(
        "SELECT coalesce(sum(minutes), 0)::int FROM credit WHERE (terminal, session) = (%s, %s)", key
    ).fetchone()
    assert row is not None
    return int(row[0])


def refused_as(code: str) -> pytest.RaisesExc[DecisionRefused]:
    """Expects a refusal with this code."""
    return pytest.RaisesExc(DecisionRefused, check=lambda fault: fault.code == code)
