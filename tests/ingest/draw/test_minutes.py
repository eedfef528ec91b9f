"""Acts over the machine's minutes."""

from __future__ import annotations

import pytest

from ingest.draw.errors import DrawError
from ingest.draw.minutes import Act, called, checked, minutes_after

MACHINE = {100: 0, 101: 1, 102: 2, 104: 0}


def test_the_later_act_lies_over_the_earlier() -> None:
    acts = checked([Act("refuse", 100, 104), Act("restore", 102, 103)], MACHINE)
    assert minutes_after(MACHINE, acts) == {100: 1, 101: 1, 102: 0, 104: 1}
    assert called(acts) == "restore"


@pytest.mark.parametrize("kind", ["accept", "second_look"])
def test_what_decides_no_minute_leaves_the_machines(kind: str) -> None:
    assert minutes_after(MACHINE, checked([Act(kind)], MACHINE)) == MACHINE


@pytest.mark.parametrize(
    "acts",
    [
        [],
        [Act("undo")],
        [Act("refuse")],
        [Act("refuse", 100, None)],
        [Act("accept", 100, 101)],
        [Act("restore", 103, 103)],
        [Act("restore", 104, 100)],
        [Act("accept"), Act("refuse", 100, 100)],
    ],
)
def test_acts_that_say_nothing_are_refused(acts: list[Act]) -> None:
    with pytest.raises(DrawError) as fault:
        checked(acts, MACHINE)
    assert fault.value.code == "repeat_answer" and fault.value.zh and fault.value.en
