"""Who else was on the ground: whose time meets, how far apart, and what a school is not told."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.casework.session import neighbours as module
from ingest.casework.session.neighbours import metres_apart, neighbours
from ingest.casework.up_to_date import bring_up_to_date
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.sessions import GROUND, INSIDE, OUTSIDE, SCHOOL, filled


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        filled(made)
        bring_up_to_date(made)
        yield made


def test_the_session_that_shares_the_time_is_told(conn: Connection) -> None:
    found = neighbours(conn, *INSIDE)
    assert found is not None and found["ground"] == GROUND
    (other,) = found["items"]
    assert (int(other["terminal"]), other["session"]) == OUTSIDE
    assert other["shared_min"] == 3 and other["instructor"]["name"] == "I"
    # Both drive to and fro alike, one 560 m east of the other.
    assert 555 <= other["nearest_m"] <= other["typical_m"] <= 565
    back = neighbours(conn, *OUTSIDE)
    assert back is not None
    assert [(int(one["terminal"]), one["session"]) for one in back["items"]] == [INSIDE]


def test_what_is_left_out_is_said(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = neighbours(conn, *INSIDE)
    assert whole is not None and not whole["is_cut"] and whole["items"][0]["is_measured"]
    monkeypatch.setattr(module, "MEASURED", 0)
    unmeasured = neighbours(conn, *INSIDE)
    assert unmeasured is not None
    [other] = unmeasured["items"]
    assert not other["is_measured"] and other["nearest_m"] is None
    monkeypatch.setattr(module, "MOST", 0)
    cut = neighbours(conn, *INSIDE)
    assert cut is not None and cut["is_cut"] and cut["items"] == []


def test_a_school_is_told_of_its_own_alone(conn: Connection) -> None:
    own = neighbours(conn, *INSIDE, only_school=SCHOOL)
    assert own is not None and len(own["items"]) == 1
    assert neighbours(conn, *INSIDE, only_school=SCHOOL + 1) is None
    conn.execute("UPDATE queue_entry SET school = 99 WHERE (terminal, session) = (%s, %s)", OUTSIDE)
    others = neighbours(conn, *INSIDE, only_school=SCHOOL)
    assert others is not None and others["items"] == []
    conn.execute(
        "UPDATE queue_entry SET school = %s WHERE (terminal, session) = (%s, %s)", (SCHOOL, *OUTSIDE)
    )


def test_nothing_is_told_without_a_ground_or_a_session(conn: Connection) -> None:
    assert neighbours(conn, 7, 12345) is None
    conn.execute("UPDATE queue_entry SET ground = '' WHERE (terminal, session) = (%s, %s)", OUTSIDE)
    alone = neighbours(conn, *OUTSIDE)
    assert alone is not None and alone["items"] == []
    conn.execute(
        "UPDATE queue_entry SET ground = %s WHERE (terminal, session) = (%s, %s)", (GROUND, *OUTSIDE)
    )


def minute(lat: float, lon: float) -> dict[int, np.ndarray]:
    return {5: np.full((60, 2), (lat, lon))}


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distances_are_the_same_both_ways_and_on_earth(a: float, b: float, c: float, d: float) -> None:
    found = metres_apart(minute(a, b), minute(c, d))
    assert found is not None and found[0] == found[1] and 0 <= found[0] <= 30_000_000
    assert metres_apart(minute(a, b), minute(a, b)) == (0, 0)


def test_distances_across_the_date_line_are_short() -> None:
    found = metres_apart(minute(0, 179.9999), minute(0, -179.9999))
    assert found is not None and found[0] == 22


def test_without_a_common_second_there_is_no_distance() -> None:
    assert metres_apart(minute(1, 1), {6: np.zeros((60, 2))}) is None
    assert metres_apart(minute(1, 1), minute(np.nan, np.nan)) is None
