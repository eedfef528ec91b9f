"""Which photos belong together, which is the reference, and what the distances score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.faces.model import SAME_MOST, Face
from ingest.faces.people import (
    DIGEST_NONE,
    INSTRUCTOR,
    TRAINEE,
    Measured,
    Seen,
    Session,
    Taken,
    by_terminal,
    compare,
    photos_of,
)
from ingest.faces.scores import Alike, differs_score, reused_score, scored
from ingest.judge.suspicions import PHOTO_FACE_DIFFERS, PHOTO_LOOKS_REUSED, PHOTO_NO_FACE

SESSION = Session(1, 10, 10_000, 77, 88)
IN, PERIODIC, OUT = 1, 2, 3


def taken(
    seq: int, utc_s: int, session: int = 10, moment: int = PERIODIC, person: int = 77, role: int = TRAINEE
) -> Taken:
    return Taken(1, seq, session, role, moment, utc_s, person, bytes([seq]) * 32)


def face(*numbers: float, width: int = 60) -> Face:
    return Face(width, np.array([*numbers, *([0.0] * (128 - len(numbers)))]))


def seqs(photos: dict[int, list[Taken]]) -> dict[int, list[int]]:
    return {role: [one.seq for one in own] for role, own in photos.items()}


def test_a_session_has_its_photos_and_those_of_the_sign_ins_before_it() -> None:
    photos = [
        taken(12, 10_900),
        taken(9, 9_990, session=0, moment=IN),
        taken(5, 7_000, session=0, moment=IN, person=88, role=INSTRUCTOR),
        taken(14, 11_000, person=88, role=INSTRUCTOR),
        taken(20, 12_000, session=19),
    ]
    assert seqs(photos_of(SESSION, photos)) == {INSTRUCTOR: [5, 14], TRAINEE: [9, 12]}


@pytest.mark.parametrize(
    "other",
    [
        taken(9, 9_990, session=0, moment=IN, person=78),
        taken(9, 9_990, session=0, moment=PERIODIC),
        taken(9, 9_399, session=0, moment=IN),
        taken(9, 10_001, session=0, moment=IN),
        taken(11, 10_000, session=0, moment=IN),
        taken(9, 9_990, session=0, moment=IN, person=88),
        taken(5, 10_000 - 43_201, session=0, moment=IN, person=88, role=INSTRUCTOR),
    ],
)
def test_another_s_sign_in_is_not_its(other: Taken) -> None:
    assert photos_of(SESSION, [other]) == {}


def test_a_photo_announced_twice_is_one() -> None:
    check, announced = taken(12, 10_900), taken(13, 10_901)._replace(digest=bytes([12]) * 32)
    assert seqs(photos_of(SESSION, [announced, check])) == {TRAINEE: [12]}
    none = taken(14, 10_950)._replace(digest=DIGEST_NONE)
    assert by_terminal([check, none]) == {1: [check]}


def test_the_first_sign_in_with_a_face_is_the_reference() -> None:
    photos = [taken(8, 9_900), taken(9, 9_990, moment=IN), taken(12, 10_900), taken(13, 11_000)]
    seen = {
        photos[0].digest: Seen((face(9.0),), 1),
        photos[1].digest: Seen((face(0.0), face(0.9, width=30)), 2),
        photos[2].digest: Seen((face(0.7, width=90), face(0.3)), 3),
        photos[3].digest: Seen((), None),
    }
    rows = compare(10, photos, seen, None)
    assert [row.distance_1000 for row in rows] == [9_000, 0, 300, None]
    assert {row.reference for row in rows} == {photos[1].digest}
    assert [row.faces for row in rows] == [1, 2, 2, 0]
    seen[photos[1].digest] = Seen((), 2)
    assert {row.reference for row in compare(10, photos, seen, None)} == {photos[0].digest}
    assert {row.reference for row in compare(10, photos, seen, (b"e" * 32, seen[photos[2].digest]))} == {
        b"e" * 32
    }
    blank = dict.fromkeys(seen, Seen((), None))
    assert {(row.reference, row.distance_1000) for row in compare(10, photos, blank, None)} == {(None, None)}


def measured(seq: int, distance_1000: int | None, faces: int = 1) -> Measured:
    return Measured(1, 10, TRAINEE, seq, 60 * seq, b"d" * 32, b"r" * 32, distance_1000, faces, 5)


def test_scores_name_their_numbers() -> None:
    rows = [measured(12, 0), measured(13, 400), measured(14, 700), measured(15, None, 0), measured(16, 640)]
    table, numbers = scored(rows, [])
    assert table.kind.tolist() == [PHOTO_FACE_DIFFERS, PHOTO_NO_FACE]
    assert table.score.tolist() == [833, 200]
    assert table.first_minute.tolist() == [14, 15] and table.last_minute.tolist() == [16, 15]
    assert numbers[0] == {"photos_differing": 2, "photos_compared": 4, "distance_max_1000": 700}
    assert numbers[1] == {"photos_without_face": 1, "photos": 5}
    assert len(scored(rows[:2], [])[0]) == 0


def test_pairs_of_sessions_are_told_by_the_photos_most_alike() -> None:
    late, early = (1, 10), (2, 5)
    alike = [
        Alike(late, 6_000, 12, early, 7, 960, 3),
        Alike(late, 6_900, 13, early, 8, 990, 1),
        Alike(late, 7_800, 14, early, 9, 500, 9),
        Alike(late, 7_800, 14, (3, 5), 9, 930, 9),
    ]
    table, numbers = scored([], alike)
    row = [column.tolist() for column in vars(table).values()]
    assert row == [[1], [10], [PHOTO_LOOKS_REUSED], [857], [100], [115], [2], [5]]
    assert numbers == [
        {"photos_alike": 2, "likeness_1000": 990, "bits_apart": 1, "photo_seq": 13, "other_photo_seq": 8}
    ]
    assert scored([], alike[::-1])[1] == numbers


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_a_greater_distance_never_scores_less(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= differs_score(low) <= differs_score(high) <= 1000
    assert 0 <= reused_score(low) <= reused_score(high) <= 1000


def test_half_the_score_is_the_threshold_of_the_network() -> None:
    assert differs_score(round(1000 * SAME_MOST)) == 500
    assert differs_score(450) == 0 and differs_score(750) == 1000
