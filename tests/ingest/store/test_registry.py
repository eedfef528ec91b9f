"""The registry: a file whole or not at all, a change appends, what was believed stays readable."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from ingest.store.registry_file import RegistryError
from ingest.store.registry_sections import COLUMNS

FENCE = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [[[121, 31], [121.1, 31], [121.1, 31.1], [121, 31]]]},
    "properties": {
        "fence": "field-1",
        "ground": "南山训练场",
        "kind": "field",
        "parts": [2],
        "valid_from": "2026-01-01",
        "valid_to": None,
    },
}
DOCUMENT: dict[str, Any] = {
    "schools": [{"number": "0000000000000001", "name": "南山驾校"}],
    "cars": [{"number": "0000000000000002", "plate": "沪A0001学", "school": "0000000000000001"}],
    "instructors": [{"number": "0000000000000003", "name": "王教练", "school": "0000000000000001"}],
    "trainees": [
        {"number": "0000000000000004", "name": "李学员", "school": "0000000000000001", "vehicle_class": "C1"}
    ],
    "terminals": [
        {
            "number": "0000000000000005",
            "key_hex": "ab" * 32,
            "car": "0000000000000002",
            "school": "0000000000000001",
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_to": None,
            "revoked_at": None,
        }
    ],
    "grounds": {"type": "FeatureCollection", "features": [FENCE]},
}


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        yield made


def load(conn: Connection, document: dict[str, Any]) -> dict[str, int]:
    return registry.load(conn, registry_file.check(document, "registry.json"))


def changed(*path: Any, to: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return document


def test_a_file_is_loaded_once(conn: Connection, tmp_path: Path) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    added = registry.load(conn, registry_file.read(file))
    expected = {"school": 1, "car": 1, "instructor": 1, "trainee": 1, "terminal": 1, "fence": 1}
    assert added == {**expected, "operator": 0, "training_days": 0}
    assert set(registry.load(conn, registry_file.read(file)).values()) == {0}
    assert registry.version(conn) == 1

    snapshot = registry.snapshot(conn)
    assert snapshot.schools[0].name == "南山驾校"
    assert snapshot.trainees[0].vehicle_class == "C1"
    assert snapshot.terminals == registry.terminals(conn)
    assert snapshot.terminals[0].key == b"\xab" * 32
    assert snapshot.terminals[0].valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert snapshot.grounds == DOCUMENT["grounds"]


def test_a_change_appends_and_the_old_belief_stays(conn: Connection) -> None:
    load(conn, DOCUMENT)
    before = conn.execute("SELECT clock_timestamp()").fetchone()
    assert before is not None
    added = load(conn, changed("terminals", 0, "revoked_at", to="2026-03-01T08:00:00+08:00"))
    assert added["terminal"] == 1
    assert sum(added.values()) == 1
    assert registry.terminals(conn)[0].revoked_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert registry.snapshot(conn, before[0]).terminals[0].revoked_at is None
    assert registry.version(conn) == 2


def test_a_second_period_stands_beside_the_first(conn: Connection) -> None:
    load(conn, DOCUMENT)
    load(conn, changed("terminals", 0, "valid_from", to="2026-06-01T00:00:00Z"))
    assert len(registry.terminals(conn)) == 2


BROKEN: list[tuple[dict[str, Any], str]] = [
    (changed("terminals", 0, "key_hex", to="ab"), r"terminals\[0\]\.key_hex must be 64 hex"),
    (changed("terminals", 0, "number", to="5"), r"terminals\[0\]\.number must be 16 decimal digits"),
    (changed("terminals", 0, "number", to="0" * 16), r"terminals\[0\]\.number"),
    (changed("terminals", 0, "number", to=5), r"terminals\[0\]\.number"),
    (changed("terminals", 0, "valid_from", to="2026-01-01"), r"\[0\]\.valid_from must be a time with"),
    (changed("terminals", 0, "valid_to", to="2025-01-01T00:00:00Z"), r"terminals\[0\]\.valid_to must"),
    (changed("terminals", 0, "colour", to="red"), r"terminals\[0\]\.colour is not known"),
    (changed("terminals", 0, "car", to="7" * 16), r"terminals\[0\]\.car names car 7{16}"),
    (changed("cars", 0, "school", to="7" * 16), r"cars\[0\]\.school names school 7{16}"),
    (changed("cars", 0, "plate", to=" "), r"cars\[0\]\.plate must be a text"),
    (changed("cars", 0, "plate", to="a\0"), r"cars\[0\]\.plate must be a text"),
    (changed("cars", to=DOCUMENT["cars"] * 2), r"cars\[1\]\.number is the same as in cars\[0\]"),
    (changed("cars", to={}), "cars must be a list"),
    (changed("cars", 0, to="x"), r"cars\[0\] must be an object"),
    (changed("trainees", to=[{"number": "0000000000000004"}]), r"trainees\[0\]\.name is missing"),
    (changed("pets", to=[]), "'pets' is not a part"),
    (changed("grounds", to=[]), "grounds must be a GeoJSON FeatureCollection"),
    (changed("grounds", "features", 0, "properties", "fence", to=None), r"features\[0\]\.properties\.fence"),
    (changed("grounds", "features", 0, "properties", "valid_from", to="May"), r"valid_from must be a day"),
    (changed("grounds", "features", to=[FENCE, FENCE]), r"features\[1\]\.properties\.fence is the same"),
]


@pytest.mark.parametrize(("document", "says"), BROKEN)
def test_a_broken_file_is_refused_whole(conn: Connection, document: dict[str, Any], says: str) -> None:
    with pytest.raises(RegistryError, match=says) as caught:
        load(conn, document)
    assert str(caught.value).startswith("registry.json")
    assert registry.version(conn) == 0
    assert registry.snapshot(conn).schools == []


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"{", "line 1 column 2"), (b"\xff\xfe", "is not JSON text"), (b"[1]", "must be an object")],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    file = tmp_path / "registry.json"
    file.write_bytes(data)
    with pytest.raises(RegistryError, match=says):
        registry_file.read(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot be read"):
        registry_file.read(tmp_path / "none.json")


def test_geometry_is_checked_by_who_knows(tmp_path: Path) -> None:
    def refuse(grounds: dict[str, Any]) -> None:
        raise ValueError(f"{grounds['features'][0]['properties']['fence']} crosses itself.")

    with pytest.raises(RegistryError, match=r"registry.json: grounds: field-1 crosses itself\."):
        registry_file.check(DOCUMENT, "registry.json", check_grounds=refuse)


def test_a_terminal_may_have_a_public_key(conn: Connection) -> None:
    load(conn, DOCUMENT)
    assert registry.terminals(conn)[0].public_key is None
    document = copy.deepcopy(DOCUMENT)
    document["terminals"][0]["public_key_hex"] = "cd" * 32
    assert load(conn, document)["terminal"] == 1
    assert registry.terminals(conn)[0].public_key == bytes.fromhex("cd" * 32)
    assert load(conn, document)["terminal"] == 0
    document["terminals"][0]["public_key_hex"] = "cd" * 31
    with pytest.raises(RegistryError, match=r"terminals\[0\].public_key_hex must be 64 hexadecimal digits"):
        load(conn, document)


def with_all_fields() -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["schools"][0] |= {"state": "suspended", "province": "310000", "city": "310100"}
    document["cars"][0] |= {"state": "locked", "vehicle_class": "C1", "inspected_until": "2027-01-31"}
    document["instructors"][0] |= {
        "state": "pending",
        "licence_until": "2030-01-01",
        "permit_until": None,
        "vehicle_classes": ["C2", "C1"],
    }
    document["trainees"][0] |= {"enrolled_on": "2026-02-01", "parts_passed": [2, 1, 2]}
    document["terminals"][0] |= {"state": "approved", "operator": "A0107"}
    document["operators"] = [{"number": "A0107", "name": "计时平台", "state": "approved"}]
    document["days"] = [
        {
            "number": "shanghai",
            "city": "310100",
            "windows": ["18:00-24:00", "06:00-12:00"],
            "banned": ["2026-02-17"],
        }
    ]
    return document


def test_approval_validity_classes_operators_and_hours_are_kept(conn: Connection) -> None:
    added = load(conn, with_all_fields())
    assert added["operator"] == added["training_days"] == 1
    assert set(load(conn, with_all_fields()).values()) == {0}
    known = registry.snapshot(conn)
    assert known.schools[0][4:] == ("suspended", 310000, 310100)
    assert known.cars[0][5:] == ("locked", "C1", date(2027, 1, 31))
    assert known.instructors[0][5:] == ("pending", date(2030, 1, 1), None, ["C1", "C2"])
    assert known.trainees[0][6:] == ("approved", date(2026, 2, 1), [1, 2])
    assert known.terminals[0][8:] == ("approved", "A0107")
    assert known.operators[0].number == "A0107"
    days = (known.days[0].city, known.days[0].windows, known.days[0].banned, known.days[0].utc_offset_min)
    assert days == (310100, ["06:00-12:00", "18:00-24:00"], [date(2026, 2, 17)], 480)


def test_what_an_old_file_leaves_out_is_approved_and_not_known(conn: Connection) -> None:
    load(conn, DOCUMENT)
    known = registry.snapshot(conn)
    assert known.schools[0][4:] == ("approved", None, None)
    assert known.cars[0][5:] == ("approved", None, None)
    assert known.instructors[0][5:] == ("approved", None, None, [])
    assert known.trainees[0][6:] == ("approved", None, [])
    assert known.terminals[0][8:] == ("approved", None)
    assert not known.operators and not known.days


def test_every_entry_type_has_the_columns_of_its_table() -> None:
    for entry, table in (
        (registry.SchoolEntry, "school"),
        (registry.OperatorEntry, "operator"),
        (registry.CarEntry, "car"),
        (registry.InstructorEntry, "instructor"),
        (registry.TraineeEntry, "trainee"),
        (registry.TerminalEntry, "terminal"),
        (registry.DaysEntry, "training_days"),
    ):
        assert entry._fields == COLUMNS[table]


def spoilt(section: str, field: str, to: Any) -> dict[str, Any]:
    document = with_all_fields()
    document[section][0][field] = to
    return document


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (spoilt("schools", "state", "good"), r"schools\[0\]\.state must be one of approved, pending"),
        (spoilt("schools", "city", 310100), r"schools\[0\]\.city must be a code of GB/T 2260"),
        (spoilt("cars", "inspected_until", "2027-02-30"), r"inspected_until must be a day such as"),
        (spoilt("cars", "inspected_until", "20270201"), r"inspected_until must be a day such as"),
        (spoilt("instructors", "vehicle_classes", "C1"), r"vehicle_classes must be a list"),
        (spoilt("instructors", "vehicle_classes", ["C9"]), r"vehicle_classes\[0\] must be one of A1"),
        (spoilt("trainees", "parts_passed", [5]), r"parts_passed\[0\] must be a part of training"),
        (spoilt("trainees", "parts_passed", [True]), r"parts_passed\[0\] must be a part of training"),
        (spoilt("terminals", "operator", "B0001"), r"terminals\[0\]\.operator names operator B0001"),
        (spoilt("operators", "number", "a0107"), r"operators\[0\]\.number must be a platform number"),
        (spoilt("days", "windows", ["22:00-06:00"]), r"windows\[0\] must be hours of one day"),
        (spoilt("days", "windows", ["06:00-24:01"]), r"windows\[0\] must be hours of one day"),
        (spoilt("days", "school", "7" * 16), r"days\[0\]\.school names school 7{16}"),
        (spoilt("days", "utc_offset_min", 1440), r"utc_offset_min must be whole minutes"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_told(
    conn: Connection, document: dict[str, Any], says: str
) -> None:
    with pytest.raises(RegistryError, match=says):
        load(conn, document)
    assert registry.version(conn) == 0
