"""The clock under any mix of epochs, server times and silence: what holds always."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.terminal.clock import GNSS, HOLD_S, NONE, STEP_MS, Clock

START = 1_789_430_400
OFFSETS = st.one_of(
    st.just(0), st.integers(-70, 70), st.sampled_from([-86400 * 7 * 1024, -4000, 4000, 90000])
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["epoch", "epoch", "epoch", "invalid", "untimed", "server", "silence", "gap"]),
        OFFSETS,
        st.integers(1, 40),
    ),
    max_size=25,
)


class World:
    """True time and the board's ticks, which agree; sources that may be wrong by an offset."""

    def __init__(self, training_from: int, rtc_offset: int | None) -> None:
        self.ms = 0
        self.silent = False
        self.training_from = training_from
        self.clock = Clock(lambda: self.ms, lambda: self.silent)
        self.offers: list[dict[str, Any]] = []
        if rtc_offset is not None:
            self.clock.on_rtc(START + rtc_offset)

    def run(self, index: int, kind: str, offset: int, seconds: int) -> None:
        in_training = index >= self.training_from
        for _ in range(1 if kind == "gap" else seconds):
            self.ms += 1000 * (seconds if kind == "gap" else 1)
            before = self.clock.utc_s, self.clock.steady_ms
            now_s = START + self.ms // 1000 + offset
            self.silent = kind == "silence"
            if kind == "epoch":
                self.clock.on_epoch(now_s, True, in_training)
            elif kind == "invalid":
                self.clock.on_epoch(now_s, False, in_training)
            elif kind == "untimed":
                self.clock.on_epoch(0, False, in_training)
            elif kind == "server":
                self.clock.on_server_time(now_s, in_training)
                self.clock.on_epoch(0, False, in_training)
            else:
                self.clock.in_silence()
            self.check(before, in_training)

    def check(self, before: tuple[int, int], in_training: bool) -> None:
        clock = self.clock
        if in_training:
            assert clock.utc_s >= before[0]
        assert clock.steady_ms >= before[1]
        assert (clock.utc_s == 0) == (clock.quality == NONE)
        offer = clock.take_mapping()
        if offer is not None:
            self.offers.append(offer)
            assert offer["true_s"] > 0
            assert 0 <= offer["uptime_ms"] <= clock.steady_ms + 5000 + STEP_MS


@given(st.integers(0, 25), st.one_of(st.none(), OFFSETS), EVENTS)
def test_time_in_training_never_goes_back(
    training_from: int, rtc_offset: int | None, events: list[tuple[str, int, int]]
) -> None:
    world = World(training_from, rtc_offset)
    for index, event in enumerate(events):
        world.run(index, *event)
    for older, newer in zip(world.offers, world.offers[1:], strict=False):
        moved = newer["true_s"] - older["true_s"] - (newer["uptime_ms"] - older["uptime_ms"]) / 1000
        assert newer["source"] != older["source"] or abs(moved) * 1000 > STEP_MS


@pytest.mark.parametrize("in_training", [False, True])
@given(wrong=EVENTS, rtc_offset=st.one_of(st.none(), OFFSETS))
def test_right_epochs_bring_the_clock_right(
    in_training: bool, wrong: list[tuple[str, int, int]], rtc_offset: int | None
) -> None:
    """Whatever was before: a minute and a half of right epochs is enough; in training the mapping tells."""
    world = World(len(wrong) if in_training else 10**6, rtc_offset)
    for index, event in enumerate(wrong):
        world.run(index, *event)
    ahead_s = world.clock.utc_s - (START + world.ms // 1000)
    for _ in range(3):
        world.run(len(wrong), "epoch", 0, 30)
    true_s = START + world.ms // 1000
    if not in_training or ahead_s <= HOLD_S:
        assert (world.clock.utc_s, world.clock.quality) == (true_s, GNSS)
    last = world.offers[-1]
    mapped_s = last["true_s"] + (world.clock.steady_ms - last["uptime_ms"]) / 1000
    assert math.isclose(mapped_s, true_s, abs_tol=STEP_MS / 1000)
    assert last["source"] == GNSS
