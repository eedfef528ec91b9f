"""One session as it is shown: what was judged, in words, in a few queries."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from ingest.casework.deciding import overlay
from ingest.casework.deciding.decide import decide, undo
from ingest.casework.session import view as session_view
from ingest.casework.who import Who
from ingest.decisions.overlay import judged_digest
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.desk.session import view as rows
from ingest.store.migrate import migrate
from tests.ingest.casework.sessions import DIGEST, GROUND, INSIDE, LATER, NAME, OUTSIDE, SCHOOL, filled, named


@pytest.fixture(scope="module")
def desk(module_postgres_url: str) -> Iterator[tuple[Connection, tuple[int, int]]]:
    """The database, and the session that left the ground for a while."""
    with connect(module_postgres_url, patience_s=10) as conn:
        migrate(conn)
        yield conn, filled(conn)


def inspector(conn: Connection) -> Who:
    row = conn.execute(
        "INSERT INTO account (name, role) VALUES ('ins', 'inspector')"
        " ON CONFLICT (name) DO UPDATE SET role = excluded.role RETURNING id"
    ).fetchone()
    assert row is not None
    return Who(row[0], "ins", "inspector", 0, "")


def test_the_head_says_in_one_sentence_what_is_wrong(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    found = session_view.view(conn, *key)
    assert found is not None
    begin, end = "10:04", "10:06 UTC+08:00"
    assert found["summary"]["en"] == (
        f"3 of 10 minutes outside the fence of {GROUND}, furthest 60 m, between {begin} and {end};"
        " 3 more: the position jumped further than a car can drive."
    )
    assert "10 分钟中有 3 分钟" in found["summary"]["zh"] and "最远 60 米" in found["summary"]["zh"]
    head = found["head"]
    assert head["trainee"] == {"number": "0000000000000021", "name": NAME}
    assert (head["car"]["name"], head["school"]["number"]) == ("P7", f"{SCHOOL:016d}")
    assert head["machine"] == head["effective"] == {"accepted": 4, "refused": 6, "unsure": 0}
    assert head["started"]["local"].endswith("10:00:00") and head["utc_offset_min"] == 480
    assert (head["credited_min"], head["state"], head["vehicle_class"], head["part"]) == (4, "new", "C1", 2)


def test_a_session_without_fault_and_one_all_outside(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, _ = desk
    inside, outside = session_view.view(conn, *INSIDE), session_view.view(conn, *OUTSIDE)
    assert inside is not None and outside is not None
    assert inside["summary"]["en"] == "All 10 minutes accepted."
    assert outside["summary"]["en"].startswith("3 of 3 minutes outside the fence")
    assert [one["why"] == [] for one in inside["minutes"]] == [True] * 10


def test_every_reason_of_a_minute_is_a_sentence_with_its_numbers(
    desk: tuple[Connection, tuple[int, int]],
) -> None:
    conn, key = desk
    found = session_view.view(conn, *key)
    assert found is not None
    minute = found["minutes"][5]
    assert (minute["time"], minute["verdict"], minute["machine"]) == ("10:05", "refused", "refused")
    english = minute["why"][0]["en"]
    assert english.startswith("The car was outside the training ground: 60 s outside, 60 positions outside")
    assert english.endswith("limit 5 s.")
    assert minute["stops"] == ["outside"]
    assert found["reasons"]["OUT_OF_FENCE"]["effect"] == "minute"


def test_the_trace_is_what_was_judged(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    shown = session_view.trace(conn, *key)
    assert shown is not None
    verdicts = {row[0]: row[1] for row in conn.execute("SELECT minute, numbers FROM verdict").fetchall()}
    outside = [one for one in shown["minutes"] if 3 in one["place"]]
    assert [one["minute"] - LATER for one in outside] == [4, 5, 6]
    for one in outside:
        numbers = verdicts[one["minute"]]["OUT_OF_FENCE"]
        assert sum(place >= 2 for place in one["place"]) == numbers["fix_out"]
        assert set(one["margin_dm"]) == {
            round(10 * max(0.8 * RuleSet().uere_m, RuleSet().fence_margin_min_m))
        }
    assert all(set(one["place"]) == {0} for one in shown["minutes"] if one not in outside)
    assert len(shown["minutes"][0]["second"]) == 60 and shown["minutes"][0]["speed_kmh10"][0] == 180


def test_positions_are_shown_in_the_datum_of_the_tiles(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    plain, shifted = (session_view.trace(conn, *key, datum=datum) for datum in ("wgs84", "gcj02"))
    assert plain is not None and shifted is not None
    one = shifted["minutes"][0]
    assert one["lat_e7"] == plain["minutes"][0]["lat_e7"]
    apart_m = (
        math.hypot(one["shown_lat_e7"][0] - one["lat_e7"][0], one["shown_lon_e7"][0] - one["lon_e7"][0]) / 90
    )
    assert 100 < apart_m < 700
    corner, moved = (found["fences"][0]["areas"][0][0][0] for found in (plain, shifted))
    # A fence is shifted as the trace is.
    assert moved[0] - corner[0] == pytest.approx(one["shown_lat_e7"][0] - one["lat_e7"][0], abs=200)


def test_fences_then_and_today(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    before = session_view.trace(conn, *key)
    assert before is not None
    assert [(one["then"], one["today"], one["allows"]) for one in before["fences"]] == [(True, True, True)]
    changed = named()
    old = changed["grounds"]["features"][0]
    new = {**old, "properties": {**old["properties"], "valid_from": "2026-08-01"}}
    ended = {**old, "properties": {**old["properties"], "valid_to": "2026-08-01"}}
    changed["grounds"]["features"] = [ended, new]
    registry.load(conn, registry_file.check(changed, "later"))
    after = session_view.trace(conn, *key)
    assert after is not None
    told = sorted((one["then"], one["today"], one["allows"]) for one in after["fences"])
    assert told == [(False, True, False), (True, False, True)]


def test_a_decision_lies_over_the_machine_and_seen_is_the_deciders(
    desk: tuple[Connection, tuple[int, int]],
) -> None:
    conn, key = desk
    who = inspector(conn)
    before = session_view.view(conn, *key)
    assert before is not None
    with conn.transaction():
        assert overlay.one_locked(conn, who, key).seen == before["seen"]
    decide(conn, who, *key, "restore", [LATER + 4], "fence_edge", "words <b>", seen=before["seen"])
    after = session_view.view(conn, *key)
    assert after is not None
    assert (after["minutes"][4]["verdict"], after["minutes"][4]["machine"]) == ("accepted", "refused")
    assert after["minutes"][4]["decision"] == after["history"]["decisions"][0]["id"]
    machine = after["head"]["machine"]["accepted"]
    assert after["head"]["effective"]["accepted"] == after["head"]["credited_min"] == machine + 1
    assert after["head"]["state"] == "decided"
    assert after["history"]["decisions"][0]["stretches"][0]["from"] == "10:04"
    assert after["seen"] != before["seen"]
    undo(conn, who, *key)
    undone = session_view.view(conn, *key)
    assert undone is not None and undone["minutes"][4]["verdict"] == "refused"
    assert undone["history"]["decisions"][0]["undone_by"] == undone["history"]["decisions"][1]["id"]


def test_faces_and_marks_by_role(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    found = session_view.view(conn, *key)
    assert found is not None
    told = [
        (one["role"], one["moment"], one["outcome"], one["score"], one["is_person"]) for one in found["faces"]
    ]
    assert told == [
        ("instructor", "sign_in", "match", 91, True),
        ("trainee", "sign_in", "match", 91, True),
    ] or (("trainee", "sign_in", "match", 91, True) in told)
    assert [one["what"] for one in found["marks"] if one.get("role") == "trainee"] == ["sign_in", "sign_out"]


def test_a_face_says_how_far_it_is_from_its_reference(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    conn.execute("INSERT INTO photo_look (digest, faces, look, model) VALUES (%s, 1, NULL, 'm')", (DIGEST,))
    conn.execute(
        "INSERT INTO photo_compared (terminal, session, role, seq, utc_s, digest, reference, distance_1000,"
        " model) VALUES (%s, %s, 2, 17, 0, %s, %s, 431, 'm')",
        (*key, DIGEST, bytes([1] * 32)),
    )
    found = session_view.view(conn, *key)
    assert found is not None
    photo = next(one["photo"] for one in found["faces"] if one["role"] == "trainee")
    assert (photo["digest"], photo["faces"], photo["distance_1000"]) == (DIGEST.hex(), 1, 431)
    assert (photo["whole"], photo["size"], photo["reference"]) == (False, 0, "01" * 32)


def test_a_school_sees_only_its_own(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    assert session_view.view(conn, *key, only_school=SCHOOL) is not None
    assert session_view.view(conn, *key, only_school=SCHOOL + 1) is None
    assert session_view.trace(conn, *key, only_school=SCHOOL + 1) is None
    assert session_view.view(conn, 7, 99_999) is None


def test_what_is_suspected_of_another_session_is_not_a_schools(
    desk: tuple[Connection, tuple[int, int]],
) -> None:
    conn, key = desk
    conn.execute(
        "INSERT INTO suspicion (terminal, session, kind, other_terminal, other_session, score, first_minute,"
        " last_minute, numbers, screened_under)"
        " VALUES (8, 4, 80, %s, %s, 900, %s, %s, '{\"same_s\": 9}', 'x')",
        (*key, LATER, LATER + 9),
    )
    whole, own = session_view.view(conn, *key), session_view.view(conn, *key, only_school=SCHOOL)
    assert whole is not None and own is not None
    (told,) = whole["suspicions"]
    assert told["of_other"] and told["other"] == {"terminal": "0000000000000008", "session": 4}
    assert (told["evidence"]["en"], told["score"]) == ("9 s the same", 900)
    assert own["suspicions"] == []
    conn.execute("DELETE FROM suspicion")


class Counting(psycopg.Cursor[Any]):
    """Counts statements."""

    count = 0

    def execute(self, *arguments: Any, **options: Any) -> Any:
        Counting.count += 1
        return super().execute(*arguments, **options)


def test_a_few_queries_however_many_minutes(
    desk: tuple[Connection, tuple[int, int]], module_postgres_url: str
) -> None:
    counts = []
    with psycopg.connect(module_postgres_url, autocommit=True, cursor_factory=Counting) as conn:
        for key in (desk[1], OUTSIDE):
            Counting.count = 0
            assert session_view.view(conn, *key) and session_view.trace(conn, *key)
            counts.append(Counting.count)
    # Ten minutes and three; the ground of the latter is not in the queue yet and has to be found.
    assert max(counts) <= 24 and abs(counts[0] - counts[1]) <= 2


def test_the_digest_is_over_all_minutes(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    head = rows.head(conn, *key)
    assert head is not None
    minutes = rows.minutes(conn, head)
    digest = judged_digest((one.minute, one.machine) for one in minutes).hex()[:16]
    assert session_view.seen([], 0, minutes) == f"0-0-{digest}"


def test_what_lies_within_a_session_is_told_once(desk: tuple[Connection, tuple[int, int]]) -> None:
    conn, key = desk
    conn.execute(
        "INSERT INTO suspicion (terminal, session, kind, other_terminal, other_session, score, first_minute,"
        " last_minute, numbers, screened_under) VALUES (%s, %s, 83, %s, %s, 999, 1, 2,"
        " '{\"photos_reused\": 1}', '')",
        (*INSIDE, *INSIDE),
    )
    shown = session_view.view(conn, *INSIDE)
    assert shown is not None
    (told,) = shown["suspicions"]
    assert told["other"] is None and not told["of_other"]
    assert told["evidence"]["en"] == "photos used again: 1, within this session"
    assert "均在本次培训内" in told["evidence"]["zh"]
