"""The versions a fence has had, as the registry took them in, and what each changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.casework.session.fence_history import fence_history
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.casework.sessions import INSIDE, SCHOOL, filled, named


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        filled(made)
        yield made


def reloaded(conn: Connection, source: str, east: float = 1.0, **properties: Any) -> None:
    """The field once more: as wide as `east` says, with other properties."""
    known = named()
    for section in set(known) - {"grounds"}:
        known[section] = []
    field = copy.deepcopy(known["grounds"]["features"][0])
    field["properties"] |= properties
    ring = field["geometry"]["coordinates"][0]
    west, far = ring[0][0], ring[1][0]
    for corner in (1, 2):
        ring[corner][0] = round(west + (far - west) * east, 7)
    known["grounds"]["features"] = [field]
    registry.load(conn, registry_file.check(known, source))


def versions(conn: Connection) -> list[dict[str, Any]]:
    found = fence_history(conn, *INSIDE)
    assert found is not None and found["more"] == 0
    (only,) = found["fences"]
    return list(only["versions"])


def test_a_fence_that_was_corrected_and_then_succeeded(conn: Connection) -> None:
    (first,) = versions(conn)
    assert first["source"] == "test" and first["believed"] and first["then"] and first["allows"]
    assert first["gained_m2"] is None and first["changed"] == []
    assert 990_000 < first["area_m2"] < 1_010_000

    reloaded(conn, "/srv/lists/corrected.geojson", east=1.1, valid_to="2026-06-01")
    reloaded(conn, "summer.geojson", east=0.5, valid_from="2026-06-01", parts=[2, 3])
    old, corrected, summer = versions(conn)
    assert not old["believed"] and not (old["then"] or old["today"] or old["allows"])
    assert corrected["believed"] and corrected["then"] and not corrected["today"]
    assert corrected["changed"] == ["valid_to"] and corrected["source"] == "corrected.geojson"
    assert 95_000 < corrected["gained_m2"] < 105_000 and corrected["lost_m2"] == 0
    assert summer["today"] and not summer["then"] and summer["changed"] == ["parts", "valid_to"]
    assert summer["gained_m2"] == 0 and summer["lost_m2"] == pytest.approx(
        corrected["area_m2"] * 6 / 11, rel=0.01
    )
    assert summer["valid_from"] == "2026-06-01 00:00" and len(summer["areas"]) == 1
    assert old["loaded"]["utc_s"] <= corrected["loaded"]["utc_s"] <= summer["loaded"]["utc_s"]


def test_it_is_told_of_sessions_one_may_see(conn: Connection) -> None:
    assert fence_history(conn, *INSIDE, only_school=SCHOOL) is not None
    assert fence_history(conn, *INSIDE, only_school=SCHOOL + 1) is None
    assert fence_history(conn, 7, 12345) is None
    shifted = fence_history(conn, *INSIDE, datum="gcj02")
    plain = fence_history(conn, *INSIDE)
    assert shifted is not None and plain is not None and shifted["datum"] == "gcj02"
    assert shifted["fences"][0]["versions"][0]["areas"] != plain["fences"][0]["versions"][0]["areas"]
