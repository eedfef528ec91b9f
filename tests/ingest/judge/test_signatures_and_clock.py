"""Minutes that need a signature, and minutes whose clock satellites set right afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ingest.judge import reasons
from ingest.judge.evidence import Signatures, Times
from ingest.judge.judge import Judgement, judge
from ingest.judge.register.facts import Facts, TerminalFact, key_number
from tests.ingest.judge.make import RULES, START, TERMINAL, Day, judged, minutes_with, verdicts

KEY, NEXT_KEY = "11" * 32, "22" * 32
FIRST = 4
"""The sequence number of the session's first minute."""


def signed(*rows: tuple[str, int, int, bool], change_s: int | None = None) -> Judgement:
    """Six minutes of a terminal with a public key, another one from change_s on, and these signatures."""
    day = Day()
    day.session(6)
    entries = [TerminalFact(TERMINAL, 1, 0, change_s, public_key=KEY)]
    if change_s is not None:
        entries.append(TerminalFact(TERMINAL, 1, change_s, public_key=NEXT_KEY))
    table = Signatures.of_rows([(TERMINAL, key_number(key), *rest) for key, *rest in rows])
    return judge(replace(day.evidence(), signatures=table), Facts(tuple(entries)), RULES)


def test_without_a_signature_every_minute_is_unsure() -> None:
    judgement = signed()
    assert verdicts(judgement) == ["unsure"] * 6
    assert minutes_with(judgement, reasons.SIGNATURE_MISSING) == list(range(6))


def test_a_signature_covers_what_lies_before_it() -> None:
    judgement = signed((KEY, 1, FIRST + 3, True))
    assert verdicts(judgement) == ["accepted"] * 4 + ["unsure"] * 2


def test_a_hole_ends_it() -> None:
    judgement = signed((KEY, FIRST + 2, FIRST + 4, True))
    assert minutes_with(judgement, reasons.SIGNATURE_MISSING) == [0, 1, 5]


def test_a_wrong_signature_refuses_what_no_other_covers() -> None:
    judgement = signed((KEY, 1, FIRST + 1, True), (KEY, 1, FIRST + 3, False))
    assert verdicts(judgement) == ["accepted"] * 2 + ["refused"] * 2 + ["unsure"] * 2
    assert minutes_with(judgement, reasons.SIGNATURE_BAD) == [2, 3]
    assert minutes_with(judgement, reasons.SIGNATURE_MISSING) == [4, 5]
    assert verdicts(signed((KEY, 1, FIRST + 1, False), (KEY, 1, FIRST + 5, True))) == ["accepted"] * 6


def test_the_key_in_force_at_the_minute_counts() -> None:
    change_s = (START + 3) * 60
    both = signed((KEY, 1, 99, True), (NEXT_KEY, 1, 99, True), change_s=change_s)
    assert verdicts(both) == ["accepted"] * 6
    old = signed((KEY, 1, 99, True), change_s=change_s)
    assert minutes_with(old, reasons.SIGNATURE_MISSING) == [3, 4, 5]


def test_a_terminal_without_a_public_key_needs_none() -> None:
    day = Day()
    day.session(6)
    judgement = judge(day.evidence(), Facts((TerminalFact(TERMINAL, 1, 0),)), RULES)
    assert verdicts(judgement) == ["accepted"] * 6


def timed(*times: tuple[int, int, int], **minute: Any) -> Judgement:
    """Three minutes, made at 60, 120 and 180 s of boot 1; times (boot, uptime_ms, s that utc was ahead)."""
    day = Day()
    number = day.sign_in(START)
    for at in range(3):
        day.minute(START + at, number, uptime_s=60 * (at + 1), **minute)
    day.sign_out(number, START + 3)
    rows = [
        (TERMINAL, day.seq(TERMINAL), boot, uptime_ms, START * 60_000 + uptime_ms - ahead_s * 1000)
        for boot, uptime_ms, ahead_s in times
    ]
    day.others += [{"terminal": row[0], "seq": row[1]} for row in rows]
    known = Facts((TerminalFact(TERMINAL, 1, 0),))
    return judge(replace(day.evidence(), times=Times.of_rows(rows)), known, RULES)


@pytest.mark.parametrize("clock", [1, 2])
@pytest.mark.parametrize("uptime_ms", [10_000, 150_000, 900_000])
@pytest.mark.parametrize(("ahead_s", "verdict"), [(0, "accepted"), (60, "accepted"), (-60, "accepted")])
def test_a_clock_that_satellites_confirm_is_believed(
    clock: int, uptime_ms: int, ahead_s: int, verdict: str
) -> None:
    assert verdicts(timed((1, uptime_ms, ahead_s), clock=clock)) == [verdict] * 3


@pytest.mark.parametrize("clock", [1, 2])
@pytest.mark.parametrize("ahead_s", [61, -62, 3600])
def test_a_clock_that_satellites_show_to_be_wrong_leaves_doubt(clock: int, ahead_s: int) -> None:
    judgement = timed((1, 900_000, ahead_s), clock=clock)
    assert verdicts(judgement) == ["unsure"] * 3
    assert minutes_with(judgement, reasons.CLOCK_CONFLICT) == [0, 1, 2]


def test_the_first_time_after_the_minute_speaks() -> None:
    assert verdicts(timed((1, 90_000, 0), (1, 300_000, 500), clock=1)) == ["accepted", "unsure", "unsure"]


def test_another_boot_says_nothing() -> None:
    assert verdicts(timed((2, 90_000, 0), clock=1)) == ["unsure"] * 3
    assert verdicts(timed(clock=1)) == ["unsure"] * 3


def test_satellite_time_needs_no_confirmation_and_no_time_is_refused() -> None:
    assert verdicts(timed((1, 90_000, 500), clock=3)) == ["accepted"] * 3
    assert verdicts(timed((1, 90_000, 0), clock=0)) == ["refused"] * 3


@pytest.mark.parametrize(
    ("late_s", "boot", "verdict"),
    [
        (120, 1, "accepted"),
        (121, 1, "refused"),
        (1800, 2, "accepted"),
        (1801, 2, "unsure"),
        (-61, 2, "refused"),
    ],
)
def test_the_minute_that_a_power_cut_broke_off_is_recorded_at_the_restart(
    late_s: int, boot: int, verdict: str
) -> None:
    """Late by its end; boot 2: the first record after a restart."""
    day = Day()
    number = day.sign_in(START)
    day.minute(START, number)
    day.minute(START + 1, number, boot=boot, utc_s=(START + 2) * 60 + late_s)
    day.sign_out(number, START + 2)
    assert verdicts(judged(day)) == ["accepted", verdict]


def test_a_restart_excuses_one_minute_only() -> None:
    day = Day()
    number = day.sign_in(START)
    for at in range(3):
        day.minute(START + at, number, boot=1 + (at > 0), utc_s=(START + 10) * 60 if at else START * 60 + 60)
    day.sign_out(number, START + 11)
    assert verdicts(judged(day)) == ["accepted", "accepted", "refused"]
