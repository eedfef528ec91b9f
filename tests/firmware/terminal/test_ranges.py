"""Ranges against a plain set."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firmware.terminal.uplink.ranges import Ranges

SEQ = st.integers(1, 60)
STEPS = st.lists(st.tuples(st.booleans(), SEQ, SEQ), max_size=40)


def check(ranges: Ranges, numbers: set[int]) -> None:
    found = list(ranges)
    assert {seq for first, last in found for seq in range(first, last + 1)} == numbers
    for (_, last), (first, _) in pairwise(found):
        assert last + 1 < first
    assert ranges.total() == len(numbers)
    assert ranges.first() == min(numbers, default=0)
    for seq in range(62):
        assert ranges.next_after(seq) == min((n for n in numbers if n > seq), default=0)
        end = ranges.end_of(seq)
        assert (end != 0) == (seq in numbers)
        assert end == 0 or (end + 1 not in numbers and set(range(seq, end + 1)) <= numbers)


@given(STEPS)
def test_ranges_are_a_set(steps: list[tuple[bool, int, int]]) -> None:
    ranges, numbers = Ranges(40), set[int]()
    for put, one, other in steps:
        these = set(range(min(one, other), max(one, other) + 1))
        if put:
            assert ranges.add(min(these), max(these)) == bool(these - numbers)
            numbers |= these
        else:
            assert ranges.remove(min(these), max(these)) == bool(these & numbers)
            numbers -= these
        check(ranges, numbers)


@given(STEPS, st.integers(1, 4))
def test_full_ranges_forget_the_shortest_and_say_so(steps: list[tuple[bool, int, int]], limit: int) -> None:
    ranges, numbers = Ranges(limit), set[int]()
    for put, one, other in steps:
        these = set(range(min(one, other), max(one, other) + 1))
        before = {seq for first, last in ranges for seq in range(first, last + 1)}
        if put:
            ranges.add(min(these), max(these))
            numbers = before | these
            if ranges.forgotten:
                end = ranges.forgotten
                while end + 1 in numbers:
                    end += 1
                gone = set(range(ranges.forgotten, end + 1))
                assert gone <= numbers
                numbers -= gone
                assert all(last - first >= len(gone) - 1 for first, last in ranges)
            check(ranges, numbers)
        else:
            ranges.remove(min(these), max(these))
            left = {seq for first, last in ranges for seq in range(first, last + 1)}
            assert left <= before - these
        assert ranges.count <= limit
