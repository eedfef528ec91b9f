"""Seeds: the beacon's rounds, other public values, one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.draw.errors import DrawError
from ingest.draw.seeds import GENESIS_S, SeedRule, drand, normal, public, seed_of


@pytest.mark.parametrize(("due_s", "number"), [(1_776_643_200, 27_946_612), (1_798_124_400, 35_107_012)])
def test_rounds_come_when_the_beacon_says(due_s: int, number: int) -> None:
    """2026-04-20T00:00:00Z is round 27946612, 2026-12-24T15:00:00Z round 35107012, by independent clients."""
    assert drand(due_s - 1) == (f"drand quicknet 52db9ba7 round {number}", due_s)
    assert drand(due_s).drand_round == number + 1


@given(st.integers(GENESIS_S, GENESIS_S + 2**33))
def test_the_round_is_the_first_one_later(after_s: int) -> None:
    rule = drand(after_s)
    assert after_s < rule.due_s <= after_s + 3


def test_no_round_before_the_beacon() -> None:
    with pytest.raises(DrawError):
        drand(GENESIS_S - 1)


def test_a_beacons_seed_has_64_hexadecimal_digits() -> None:
    rule = drand(GENESIS_S)
    assert seed_of(rule, f"  {'AB' * 32}\n") == "ab" * 32
    for text in ("", "ab" * 31, "gg" * 32, "ab" * 32 + " ab"):
        with pytest.raises(DrawError) as fault:
            seed_of(rule, text)
        assert fault.value.code == "draw_seed_form"


def test_two_persons_spellings_become_one() -> None:
    rule = public("SSE Composite, close of 2026-11-24, turnover", 1_795_500_000)
    typed = ("3,998.12  /  812,345,678,901", " 3,998.12 / 812,345,678,901\n", "3，998.12 / 812,345,678,901")
    assert {seed_of(rule, one) for one in typed} == {"3,998.12 / 812,345,678,901"}


@pytest.mark.parametrize("text", ["", "12345", "x" * 201, "abc\x00def"])
def test_what_is_no_public_value_is_refused(text: str) -> None:
    with pytest.raises(DrawError):
        seed_of(SeedRule("some public value", 0), text)


@pytest.mark.parametrize(
    "words", ["", "short", "x" * 201, "drand quicknet 52db9ba7 round 5", "a lottery \u202eof Sunday"]
)
def test_words_that_name_no_value_are_refused(words: str) -> None:
    with pytest.raises(DrawError):
        public(words, 0)


@given(st.text(max_size=60))
def test_a_spelling_is_final_and_one_line(text: str) -> None:
    once = normal(text, lower=False)
    assert normal(once, lower=False) == once and len(once.splitlines()) <= 1


def test_case_runs_of_spaces_and_full_width_forms_do_not_matter() -> None:
    rule = SeedRule("Double Colour Ball, all seven numbers", 0)
    typed = ("12345 67890 ab", " 12345   67890 AB", "１２３４５\u3000６７８９０ ａｂ")
    assert {seed_of(rule, one) for one in typed} == {typed[0]}
    assert seed_of(rule, "1234567890 ab") != typed[0]
