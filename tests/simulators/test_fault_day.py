"""Days with faults: the same seed gives the same day, faults stay in it, a shifted clock is well formed."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.fault_day import fault_day, fault_events, fault_feeds
from simulators.fault_feed import STRIDE_S, shifted
from simulators.fault_plan import DAY_S, plan_faults
from simulators.scenario import DEMO_DAY, load_scenario

SCENARIO = load_scenario(DEMO_DAY)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100_000))
def test_a_seed_is_a_day(seed: int) -> None:
    plan, faults = fault_day(SCENARIO, [seed])
    again, same_faults = fault_day(SCENARIO, [seed])
    assert (plan, faults) == (again, same_faults)
    (terminal,) = plan.terminals
    mine = faults[terminal.number]
    begin_s = SCENARIO.midnight_s
    for session, following in pairwise(terminal.sessions):
        assert session.end_s + 300 < following.start_s
    assert begin_s < terminal.sessions[0].start_s and terminal.sessions[-1].end_s < begin_s + DAY_S
    assert 1 <= len(mine.power) <= 5
    for cut, next_cut in pairwise(mine.power):
        assert cut.at_s < cut.back_s < next_cut.at_s
    for fault in (*mine.power, *mine.network):
        assert begin_s < fault.at_s < fault.back_s < begin_s + DAY_S
    assert mine == plan_faults(seed, begin_s, terminal.sessions)


def test_two_seeds_differ() -> None:
    plan, faults = fault_day(SCENARIO, [1, 2])
    first, second = plan.terminals
    assert first.number != second.number and first.own_key != second.own_key
    assert faults[first.number] != faults[second.number]
    assert not {s.trainee for s in first.sessions} & {s.trainee for s in second.sessions}


def test_keys_are_pressed_in_seconds_that_are_spoken_of() -> None:
    plan, faults = fault_day(SCENARIO, [3])
    (terminal,) = plan.terminals
    feeds = fault_feeds(faults)(plan, terminal)
    assert len(feeds) == len(terminal.sessions)
    for feed in feeds:
        spoken = range(feed.begin_s, feed.end_s, STRIDE_S)
        keys = [feed.answer(second).rsplit(b",", 1)[1].strip() for second in spoken]
        assert [key for key in keys if key != b"-"] == [b"I", b"2", b"O", b"X"]


def test_every_fault_becomes_an_event() -> None:
    plan, faults = fault_day(SCENARIO, [5])
    (terminal,) = plan.terminals

    class Unit:
        def kill(self) -> None: ...

        def start(self) -> None: ...

    class Link:
        def up(self) -> None: ...

        def down(self) -> None: ...

        def freeze(self) -> None: ...

    events = fault_events(faults)(terminal, Unit(), Link())  # type: ignore[arg-type]
    mine = faults[terminal.number]
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)
    assert len(events) == len(mine.power) + 2 * len(mine.network)
    assert {event.back_s for event in events if event.back is not None} == {cut.back_s for cut in mine.power}


def test_a_shifted_epoch_has_the_other_time_and_right_checksums() -> None:
    epoch = (
        b"$GNRMC,235950.00,A,4542.0,N,12636.0,E,8.1,90.0,311225,,,A*00\r\n$GNGGA,235950.00,4542.0,N*00\r\n"
    )
    lines = shifted(epoch, 1_789_430_400).splitlines()
    assert lines[0].startswith(b"$GNRMC,") and b",150926," in lines[0]
    assert all(b"000000.00" in line for line in lines)
    for line in lines:
        body, _, check = line[1:].partition(b"*")
        total = 0
        for byte in body:
            total ^= byte
        assert int(check, 16) == total
