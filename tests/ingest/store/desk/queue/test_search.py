"""A search finds a session when each of its words is found in it, and only then."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.judge.reasons import FACE_MISMATCH_TRAINEE, OUT_OF_FENCE
from ingest.store.connection import Connection, connect
from ingest.store.desk.queue import entries, names, search
from ingest.store.desk.queue.filters import Filters
from ingest.store.migrate import migrate

SCHOOLS = {4001: "阳光驾校", 4012: "School 12"}
INSTRUCTORS = {71: "Wang Wei", 3000000000000072: "王伟"}
TRAINEES = {2000000000012345: "周丽", 2000000000099999: "Émile O'Brien 100%", 2000000000000712: ""}
CARS = {91: "沪A00012学", 92: "Ｂ1234"}
TERMINALS = {1000000000000001: "", 1000000000000002: ""}
GROUNDS = ("北场 North", "River_road")


class One(NamedTuple):
    terminal: int
    session: int
    school: int
    instructor: int
    trainee: int
    car: int
    ground: str
    reasons: list[int]


def _all() -> list[One]:
    kinds = (SCHOOLS, INSTRUCTORS, TRAINEES, CARS, TERMINALS)
    found = []
    for n in range(24):
        school, instructor, trainee, car, terminal = (
            list(kind)[n // step % len(kind)] for kind, step in zip(kinds, (1, 2, 4, 3, 1), strict=True)
        )
        reasons = ([], [OUT_OF_FENCE], [FACE_MISMATCH_TRAINEE])[n % 3]
        found.append(One(terminal, 10 + n, school, instructor, trainee, car, GROUNDS[n // 5 % 2], reasons))
    return found


ALL = _all()
NAMES = (SCHOOLS, INSTRUCTORS, TRAINEES, CARS, TERMINALS)


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        with made.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO queue_entry (terminal, session, score, needs_human, school, ground,"
                " utc_offset_min, instructor, trainee, car, part, started_at, local_day, recorded, accepted,"
                " refused, unsure, effective, reasons, judged_under) VALUES (%s, %s, 1, true, %s, %s, 480,"
                " %s, %s, %s, 2, now(), '2026-11-01', 1, 1, 0, 0, 1, %s, '')",
                [(*one[:3], one.ground, *one[3:6], one.reasons) for one in ALL],
            )
            cursor.executemany(
                "INSERT INTO queue_name VALUES (%s, %s, %s, %s)",
                [
                    (kind, number, name, f"{number:016d} {search.folded(name)}")
                    for kind, known in enumerate(NAMES, 1)
                    for number, name in known.items()
                ],
            )
        names.refresh_grounds(made, GROUNDS)
        yield made


def found_by(conn: Connection, text: str) -> list[int]:
    rows = entries.page(conn, Filters(needs_human=False, search=text))
    assert entries.count(conn, Filters(needs_human=False, search=text)) == len(rows)
    return sorted(row.session for row in rows)


def is_in(one: One, word: str) -> bool:
    """The rule, read off its sentence."""
    if "/" in word and all(part.isdigit() for part in word.split("/")):
        return word == f"{one.terminal}/{one.session}"
    for number, name in zip(
        (one.school, one.instructor, one.trainee, one.car, one.terminal), NAMES, strict=True
    ):
        if word in unicodedata.normalize("NFKC", name[number]).lower():
            return True
        if word.isdigit() and (word in f"{number:016d}" if len(word) > 3 else int(word) == number):
            return True
    return word in one.ground.lower() or any(reason in search.reasons_of(word) for reason in one.reasons)


WORDS = st.sampled_from(
    [
        "阳光",
        "校",
        "12",
        "School",
        '"school 12"',
        "wang",
        "WEI",
        "王",
        "王伟",
        "周丽",
        "émile",
        "o'brien",
        "100%",
    ]
    + [
        "71",
        "0071",
        "2345",
        "0000000000000071",
        "2000000000012345",
        "12345678901234567",
        "沪A0",
        "沪a00012学",
    ]
    + [
        "b1234",
        "ｂ12",
        "北场",
        "river_road",
        "r_ver",
        "10000000",
        "1000000000000001/12",
        "车辆不在",
        "outside",
    ]
    + ["out_of_fence", "nobody", "%", "_", "\\", "' OR 1=1", "a"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from([0, search.MANY]))
def test_every_word_has_to_be_found(
    conn: Connection, monkeypatch: pytest.MonkeyPatch, words: list[str], many: int
) -> None:
    """Also where a word names more than are asked for by number."""
    monkeypatch.setattr(search, "MANY", many)
    text = " ".join(words)
    wanted = [one.session for one in ALL if all(is_in(one, word) for word in search.words_of(text))]
    assert found_by(conn, text) == wanted


@pytest.mark.parametrize("word", ["12", "71", "123", "0071", "2345", "0000000000000071"])
def test_a_number_is_the_same_one_beside_however_many_names(
    conn: Connection, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(search, "MANY", 0)
    assert found_by(conn, word) == [one.session for one in ALL if is_in(one, word)]


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("wang 周丽", 4),
        ("周丽\u3000ｗａｎｇ", 4),
        ("周丽\twang\n", 4),
        ("阳光 沪a00012", 8),
        ("wang nobody", 0),
        ("周丽 outside", 2),
        ("“School 12” 王伟", 6),
        ("1000000000000001 / 10", 1),
    ],
)
def test_words_of_several_people_and_things(conn: Connection, text: str, many: int) -> None:
    assert len(found_by(conn, text)) == many


def test_words_are_folded_and_named_once() -> None:
    assert search.words_of(' Wang  ＷＡＮＧ “School 12” 7 / 8 " "') == ["wang", "school 12", "7/8"]


@pytest.mark.parametrize(
    ("word", "has"),
    [
        ("outside", True),
        ("utside", False),
        ("out", False),
        ("不在教学", True),
        ("不", False),
        ("2020", False),
    ],
)
def test_reasons_are_found_by_whole_words(word: str, has: bool) -> None:
    assert (OUT_OF_FENCE in search.reasons_of(word)) is has


def test_names_are_looked_up_and_not_looked_through(conn: Connection) -> None:
    """A name that would be found by reading every row is not fast at a million sessions."""
    condition = search._NAMED.format(nth=0)
    told = conn.execute(
        f"EXPLAIN SELECT FROM queue_name WHERE {condition}".encode(), search._likes(0, "王伟")
    )
    assert "queue_name_pieces" in str(told.fetchall())
