"""What is drawn: uniform over seeds, the same for everybody, school by school, and bound to the list."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.draw.day_list import DayList, Listed, Terms, day_list, parse
from ingest.draw.errors import DrawError
from ingest.draw.sampler import again, drawn, key_fits, rank, text_of, wanted
from ingest.draw.seeds import drand

KEY = "the repeat key"
DAY = date(2026, 11, 22)
TERMS = Terms(
    DAY, 480, 1_795_413_600, 50, 100, hashlib.sha256(KEY.encode()).hexdigest(), drand(1_795_417_200)
)


def listed(school: int, session: int, terminal: int = 1) -> Listed:
    digest = hashlib.sha256(f"{school} {terminal} {session}".encode()).hexdigest()
    return Listed(DAY, school, terminal, session, session ^ 10, digest)


def of_schools(*counts: int) -> list[Listed]:
    return [
        listed(school, n, terminal=school) for school, count in enumerate(counts, 1) for n in range(count)
    ]


sessions = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 30), st.integers(0, 2**32 - 1)),
    max_size=60,
    unique_by=lambda row: row[1:],
).map(lambda rows: [listed(school, session, terminal) for school, terminal, session in rows])
seeds = st.text(alphabet="0123456789abcdef", min_size=6, max_size=64)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (1, 1), (19, 1), (20, 1), (21, 2), (40, 2), (41, 3), (1000, 50)]
)
def test_five_percent_rounded_up(count: int, expected: int) -> None:
    assert wanted(count, 50) == expected


def test_the_hash_is_the_documented_one() -> None:
    one = listed(7, 3)
    assert rank("seed", one.line) == hashlib.sha256(b"seed\n" + one.line.encode()).digest()


@given(sessions, seeds)
def test_each_school_gives_its_share_of_its_own(some: list[Listed], seed: str) -> None:
    day = day_list(TERMS, some)
    found = drawn(day, seed)
    assert set(found) <= set(some) and len(set(found)) == len(found)
    counts, per_school = Counter(one.school for one in some), Counter(one.school for one in found)
    assert per_school == {school: wanted(count, 50) for school, count in counts.items()}
    for school in counts:
        inside = [rank(seed, one.line) for one in found if one.school == school]
        outside = [rank(seed, one.line) for one in some if one.school == school and one not in found]
        assert not outside or max(inside) < min(outside)


@given(sessions, seeds, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(some: list[Listed], seed: str, shuffle: object) -> None:
    mixed = list(some)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert day_list(TERMS, mixed) == day_list(TERMS, some)
    assert drawn(day_list(TERMS, mixed), seed) == drawn(day_list(TERMS, some), seed)


@given(sessions, seeds)
def test_a_school_does_not_touch_anothers_draw(some: list[Listed], seed: str) -> None:
    more = [*some, *(listed(9, n, terminal=99) for n in range(25))]
    with_it = [one for one in drawn(day_list(TERMS, more), seed) if one.school != 9]
    assert with_it == drawn(day_list(TERMS, some), seed)


@given(st.integers(1, 60), seeds)
def test_one_line_more_takes_at_most_one_place(count: int, seed: str) -> None:
    some = of_schools(count + 1)
    before, after = drawn(day_list(TERMS, some[:-1]), seed), drawn(day_list(TERMS, some), seed)
    assert len(set(before) - set(after)) <= 1
    assert set(after) - set(before) <= {some[-1]} or len(after) == len(before) + 1


def chi_square(counts: list[int], expected: float) -> float:
    return sum((count - expected) ** 2 / expected for count in counts)


def test_every_session_is_drawn_as_often_as_any_other() -> None:
    """40 sessions, 2 drawn by each of 4000 seeds: chi-square, corrected for no replacement, below
    the 99.9 % quantile for 39 degrees of freedom (72.05)."""
    day = day_list(TERMS, of_schools(40))
    counts = Counter(one.session for n in range(4000) for one in drawn(day, f"seed {n}"))
    free = chi_square([counts[n] for n in range(40)], 4000 * 2 / 40) * 39 / 40 / (1 - 2 / 40)
    assert sum(counts.values()) == 8000 and free < 72.05


def test_neighbouring_sessions_are_drawn_independently() -> None:
    """Of 2 in 40, both are a given pair of neighbours in 1 of 780 draws; 39 such pairs, 4000 seeds: 200."""
    day = day_list(TERMS, of_schools(40))
    both = sum(
        any(other.session == one.session + 1 for one, other in pairwise(drawn(day, f"n {n}")))
        for n in range(4000)
    )
    assert abs(both - 200) < 4 * (200 * 0.95) ** 0.5


def test_repeats_are_of_the_drawn_and_hang_on_the_key() -> None:
    day = day_list(TERMS, of_schools(400, 200, 1))
    first = again(day, "seed", KEY)
    assert set(first) < set(drawn(day, "seed")) and len(first) == wanted(20 + 10 + 1, 100) == 4
    assert first == sorted(first, key=lambda one: one.line)
    assert len({text_of(again(day, "seed", f"key {n}")) for n in range(20)}) > 15
    assert key_fits(day, KEY) and not key_fits(day, KEY + ".")


def test_repeats_are_uniform() -> None:
    """Every one of 20 drawn as often as any other, 2 by each of 2000 keys: chi-square, 19 degrees, 43.82."""
    day = day_list(TERMS._replace(drawn_permille=1000), of_schools(20))
    counts = Counter(one.session for n in range(2000) for one in again(day, "seed", f"key {n}"))
    assert len(counts) == 20
    assert chi_square(list(counts.values()), 200) * 19 / 20 / (1 - 2 / 20) < 43.82


@dataclass(frozen=True)
class Tampered:
    name: str
    old: str
    new: str


def whole() -> DayList:
    return day_list(TERMS, of_schools(30, 25))


TAMPERED = (
    Tampered("share", "# drawn 50 of", "# drawn 40 of"),
    Tampered("repeats", "# again 100 of", "# again 90 of"),
    Tampered("seed's rule", "round ", "round 1"),
    Tampered("day", "# day 2026-11-22", "# day 2026-11-23"),
    Tampered("commit", "# committed 2026", "# committed 2025"),
    Tampered("evidence", f"{listed(1, 5, 1).digest}", "0" * 64),
    Tampered("school", "2026-11-22 0000000000000001", "2026-11-22 0000000000000009"),
)


@pytest.mark.parametrize("change", TAMPERED, ids=lambda one: one.name)
def test_any_change_of_the_list_changes_its_digest(change: Tampered) -> None:
    text = whole().text
    changed = text.replace(change.old, change.new, 1)
    assert changed != text
    try:
        assert parse(changed).digest != whole().digest
    except DrawError:
        pass  # no longer a list at all


def test_a_session_left_out_or_put_twice_is_refused() -> None:
    lines = whole().text.splitlines(keepends=True)
    for text in ("".join(lines[:-1]), "".join([*lines, lines[-1]]), "".join([*lines[:-2], *lines[:-3:-1]])):
        with pytest.raises(DrawError) as fault:
            parse(text)
        assert fault.value.code == "draw_list" and fault.value.chinese


@pytest.mark.parametrize(
    "text", ["", "x\n", "# hourfence draw 2\n", whole().text[:-1], whole().text + "\n", whole().text + "x\n"]
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(DrawError):
        parse(text)


@given(sessions)
def test_a_list_reads_back_to_the_byte(some: list[Listed]) -> None:
    day = day_list(TERMS, some)
    assert parse(day.text) == day


@given(st.text(max_size=300))
def test_any_text_is_a_list_or_refused(text: str) -> None:
    try:
        assert parse(text).text == text
    except DrawError:
        pass


def test_a_negative_offset_reads_back() -> None:
    day = day_list(TERMS._replace(utc_offset_min=-210), [])
    assert "UTC-03:30" in day.text and parse(day.text) == day
