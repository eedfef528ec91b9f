"""A thousand terminals do not come back together."""

from collections import Counter

import pytest

from firmware.terminal.uplink.backoff import Backoff, Jitter
from firmware.terminal.uplink.pace import Pace
from firmware.terminal.uplink.uplink import RETRY_FIRST_S, RETRY_MAX_S

TERMINALS = range(1000000000000001, 1000000000001001)


def milliseconds(seconds: int) -> int:
    return seconds * 1000


def tries(terminal: int, board_random: int, count: int) -> list[int]:
    """Milliseconds after the loss at which a terminal tries."""
    jitter = Jitter(terminal, lambda limit: board_random % limit)
    backoff = Backoff(jitter, milliseconds, RETRY_FIRST_S, RETRY_MAX_S)
    found, now_ms = [], 0
    for _ in range(count):
        now_ms += backoff.next_ms()
        found.append(now_ms)
    return found


def test_a_thousand_terminals_of_a_broker_that_restarts_spread() -> None:
    # The worst case: every board draws the same number at power-on, and the terminals' numbers are a row.
    first = [tries(terminal, 12345, 1)[0] for terminal in TERMINALS]
    a_second = Counter(at_ms // 1000 for at_ms in first)
    assert sorted(a_second) == list(range(RETRY_FIRST_S))
    fair = len(TERMINALS) // RETRY_FIRST_S
    assert all(fair * 2 // 3 < count < fair * 3 // 2 for count in a_second.values())
    assert max(Counter(at_ms // 100 for at_ms in first).values()) < 40


def test_terminals_that_come_out_of_a_tunnel_after_an_hour_spread_over_minutes() -> None:
    out_ms = milliseconds(3600)
    back = [next(at for at in tries(number, 0, 200) if at >= out_ms) - out_ms for number in TERMINALS]
    assert max(Counter(at_ms // 1000 for at_ms in back).values()) < 25
    assert max(back) <= milliseconds(RETRY_MAX_S)


def test_the_board_counts_as_much_as_the_number() -> None:
    assert len({tries(TERMINALS[0], board_random, 1)[0] for board_random in range(200)}) > 180


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_every_number_is_drawn(limit: int) -> None:
    jitter = Jitter(1, lambda _: 0)
    drawn = Counter(jitter.below(limit) for _ in range(limit * 40))
    assert sorted(drawn) == list(range(limit))


def test_the_ceiling_doubles_up_to_its_end_and_begins_again() -> None:
    seen: list[int] = []

    def patience_ms(seconds: int) -> int:
        seen.append(seconds)
        return seconds * 1000

    backoff = Backoff(Jitter(1, lambda _: 0), patience_ms, 8, 50)
    waits = [backoff.next_ms() for _ in range(5)]
    backoff.reset()
    waits.append(backoff.next_ms())
    assert seen == [8, 16, 32, 50, 50, 8]
    assert all(0 <= wait <= ceiling * 1000 for wait, ceiling in zip(waits, seen, strict=True))


def test_a_pace_is_kept_in_the_long_run_and_makes_up_for_too_much() -> None:
    now = [0]
    pace = Pace(lambda: now[0], 8)
    sent = []
    for _ in range(10000):
        now[0] += 3
        if pace.room() > 0:
            pace.spend(1)
            sent.append(now[0])
    assert len(sent) == 8 + 240 - 1
    assert len([at for at in sent if at < 1000]) <= 16
    now[0] += 100000
    assert pace.room() == 8
    pace.spend(20)
    now[0] += 1500
    assert pace.room() <= 0
    now[0] += 500
    pace.per_s = 2
    assert pace.room() <= 2
