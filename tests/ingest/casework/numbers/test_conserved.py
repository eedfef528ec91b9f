"""Each inequality is told with its number and in words; where all is equal nothing is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.casework.numbers.conserved import (
    WORDS,
    differences_of,
    differences_of_all,
    recounted_at,
    stations,
)
from ingest.store.conservation import Counts
from ingest.store.desk.numbers.conservation import Chain

EVEN = Chain(7, 1, 5, "A0001", 100, 100, 100, 0, 0, 100, 0, 0)


def test_nothing_is_told_where_all_is_equal() -> None:
    assert differences_of(EVEN) == []
    assert differences_of(EVEN._replace(lost=3, stored=97, judged=97)) == []
    assert differences_of_all(Counts(10, 7, 2, 1), 7, 1) == []


@pytest.mark.parametrize(
    ("code", "records", "changed"),
    [
        ("put_aside", 5, {"written": 105, "put_aside": 5, "quarantined": 40}),
        ("not_receipted", 5, {"written": 105, "stored": 102, "beyond": 2, "judged": 102}),
        ("not_stored", 4, {"stored": 96, "judged": 96}),
        ("stored_more", 6, {"stored": 106, "judged": 106}),
        ("not_judged", 9, {"judged": 91}),
        ("unreadable", 1, {"judged": 99, "unreadable": 1}),
        ("judged_more", 2, {"judged": 102}),
    ],
)
def test_a_difference_of_a_terminal_is_told(code: str, records: int, changed: dict[str, int]) -> None:
    (told,) = differences_of(EVEN._replace(**changed))  # type: ignore[arg-type]
    assert (told.code, told.records, told.terminal) == (code, records, 7)
    assert told.english.startswith(f"{records} ") and told.chinese.startswith(f"{records} ")
    assert "{" not in told.english + told.chinese


@pytest.mark.parametrize(
    ("code", "records", "counts", "heads", "table"),
    [
        ("received_lost", 3, Counts(13, 7, 2, 1), 7, 1),
        ("received_more", 2, Counts(8, 7, 2, 1), 7, 1),
        ("heads_differ", 1, Counts(10, 7, 2, 1), 6, 1),
        ("quarantine_differs", 4, Counts(10, 7, 2, 1), 7, 5),
    ],
)
def test_a_difference_of_the_whole_is_told(
    code: str, records: int, counts: Counts, heads: int, table: int
) -> None:
    (told,) = differences_of_all(counts, heads, table)
    assert (told.code, told.records) == (code, records)


def test_every_difference_has_words_in_both_languages() -> None:
    assert all(english and chinese for english, chinese in WORDS.values())


def test_everything_is_counted_since_the_oldest_count() -> None:
    early, late = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    counted = [EVEN._replace(recounted_at=late), EVEN._replace(recounted_at=early)]
    assert recounted_at(counted) == early
    assert recounted_at([*counted, EVEN]) is None and recounted_at([]) is None
    nothing = Chain(8, 1, 5, "", 20, 0, 0, 0, 0, 0, 0, 30, put_aside=20)
    assert recounted_at([*counted, nothing]) == early


chains = st.builds(
    lambda written, through, lost, beyond, judged: Chain(
        1, 1, 1, "", max(written, through), through, through - min(lost, through) + beyond, beyond,
        min(lost, through), judged, 0, 0,
    ),
    *(st.integers(0, 1000) for _ in range(5)),
)  # fmt: skip


@given(st.lists(chains, max_size=5))
def test_what_is_told_is_the_whole_difference(some: list[Chain]) -> None:
    """written - receipted and stored - judged follow from what is told, and nothing else is."""
    for chain in some:
        told = {one.code: one.records for one in differences_of(chain)}
        assert told.get("not_receipted", 0) == chain.written - chain.receipted
        assert told.get("not_judged", 0) - told.get("judged_more", 0) == chain.stored - chain.judged
        assert "not_stored" not in told
    assert stations(some).stored == sum(chain.stored for chain in some)
