"""Power cuts at every byte: what the journal had confirmed is there, nothing is invented, and it goes on."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.terminal.journal.draft import DRAFT_MAX, FIXES_MAX, FixStream
from firmware.terminal.journal.draft import decode as decode_draft
from firmware.terminal.journal.draft import encode as encode_draft
from firmware.terminal.journal.journal import Journal
from firmware.wire import fields, records
from tests.firmware.terminal.fake_flash import FakeFlash
from tests.firmware.terminal.journal_cuts import Sweep, faults
from tests.firmware.terminal.journal_day import Play, scenario

SECTORS = 10


def test_a_cut_at_every_byte_loses_nothing_that_was_confirmed() -> None:
    flash = FakeFlash(SECTORS * 4096)
    sweep = Sweep(flash, 1, 301)
    sweep.watch(Play(flash))
    scenario(sweep.play, sweep.look)
    assert sweep.wrong == []
    assert sweep.cuts > 5000
    assert flash.erased > SECTORS


def test_what_was_thinned_is_told_once() -> None:
    play = Play(FakeFlash(16 * 4096))
    play.sign_in()
    play.seconds(75 * 60)
    kinds = []
    told: list[int] = []
    dropped = 0
    for seq in range(1, play.journal.next_seq):
        record = play.journal.read_from(seq, 1, 1)[0]
        kinds.append(record[0])
        values = records.decode(record)
        if record[0] == fields.THINNED:
            told += range(values["first_seq"], values["last_seq"] + 1)
            dropped += values["dropped"]
    thinned = [index + 1 for index, kind in enumerate(kinds) if kind == fields.MINUTE_THIN]
    assert thinned
    assert set(thinned) <= set(told)
    assert len(told) == len(set(told))
    assert dropped == 48 * len(thinned)
    assert play.journal.next_identity(2) == kinds.index(fields.THINNED) + 1


def test_a_full_journal_refuses_minutes_and_takes_sign_outs() -> None:
    play = Play(FakeFlash(16 * 4096))
    play.sign_in()
    try:
        while True:
            play.second(2000)
    except OSError as error:
        assert error.args[0] == 28
    first_check = play.journal.next_seq
    for _ in range(40):
        play.check()
    play.sign_out()
    assert play.journal.free_bytes < 4096
    again = Journal(play.flash)
    kinds = [again.read_from(seq, 1, 1)[0][0] for seq in range(1, again.next_seq)]
    assert kinds[0] == fields.SIGN_IN
    assert kinds.count(fields.MINUTE_THIN) + kinds.count(fields.MINUTE) > 50
    assert kinds[first_check - 1 :].count(fields.FACE_CHECK) == 40
    assert kinds[-1] == fields.SIGN_OUT
    again.free_through(again.next_seq - 1)
    for ms in range(20):
        again.step(ms)
    assert again.free_bytes > 4096


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_power_that_goes_again_and_again(random) -> None:  # type: ignore[no-untyped-def]
    assert faults(random.randrange, 12) == []


FIX = st.tuples(
    st.integers(-900000000, 900000000),
    st.integers(-1800000000, 1800000000),
    st.integers(0, 2047),
    st.integers(0, 359) | st.just(511),
    st.integers(0, 31),
    st.integers(0, 63),
    st.integers(0, 1),
)
STEP = st.tuples(
    st.sampled_from((3, 200, 40000)).flatmap(lambda far: st.integers(-far, far)),
    st.sampled_from((3, 200, 40000)).flatmap(lambda far: st.integers(-far, far)),
)


@st.composite
def minutes_of_fixes(draw):  # type: ignore[no-untyped-def]
    """Fixes of one minute: most go on near the one before, some jump."""
    seconds = sorted(draw(st.sets(st.integers(0, 59), max_size=60)))
    lat_e7, lon_e7, *motion = draw(FIX)
    found = []
    for second in seconds:
        step = draw(STEP)
        lat_e7 = max(-900000000, min(900000000, lat_e7 + step[0]))
        lon_e7 = max(-1800000000, min(1800000000, lon_e7 + step[1]))
        if draw(st.integers(0, 3)) == 0:
            motion = list(draw(FIX)[2:])
        found.append((second, lat_e7, lon_e7, *motion))
    return found


RUN = {"until_s": 59, "ignition_s": 60, "counted_s": 7, "stops": 511, "rpm_max": 65535, "wheel_m": 9}
HEAD = {"session": 4294967295, "trainee": 9999999999999999, "instructor": 1, "course": 0, "minute": 9}


@given(minutes_of_fixes(), st.sets(st.integers(1, 59), max_size=5))
def test_drafts_hold_every_fix_exactly(fixes, cuts) -> None:  # type: ignore[no-untyped-def]
    written, read = FixStream(), FixStream()
    values: dict[str, object] = {}
    edges = sorted({0, 60, *cuts, *range(0, 60, FIXES_MAX)})
    for index, (low, high) in enumerate(pairwise(edges)):
        piece = {**RUN, **HEAD, "from_s": 3, "fixes": fixes[low:high]}
        buffer = bytearray(DRAFT_MAX)
        size = encode_draft(buffer, 0, 5, index, piece, 0, written)
        decode_draft(buffer, size, values, read)
    assert values.pop("fixes") == fixes
    assert values == {**RUN, **HEAD, "from_s": 3}


@given(minutes_of_fixes(), st.lists(st.integers(0, 60), max_size=6), st.data())
def test_a_minute_from_drafts_is_the_same_bytes(fixes, cuts, data) -> None:  # type: ignore[no-untyped-def]
    """Whatever the drafts held, and wherever a sector ended."""
    journal = Journal(FakeFlash(SECTORS * 4096))
    body = {**RUN, **HEAD, "odometer_m": 5, "kind": fields.MINUTE, "terminal": 7, "boot": 1}
    body.update({"uptime_s": 1, "utc_s": 2, "clock": 3, "minute": 9})
    for _ in range(data.draw(st.integers(0, 7))):
        body.update({"fixes": [], "seq": journal.next_seq, "prev": journal.head, "session": 1})
        journal.append(records.encode(body))
    body["session"] = 2
    low = 0
    for high in sorted(cuts):
        journal.draft({**RUN, **HEAD, "session": 2, "from_s": 0, "fixes": fixes[low:high]})
        low = max(low, high)
    body.update({"fixes": fixes, "seq": journal.next_seq, "prev": journal.head})
    try:
        record = records.encode(body)
    except ValueError:
        return  # Too far apart for one minute.
    journal.append(record)
    assert journal.read_from(journal.next_seq - 1, 1, 1) == [record]
    assert journal.recovered is None
    again = Journal(journal._flash)
    assert again.read_from(again.next_seq - 1, 1, 1) == [record]
    assert again.head == records.digest(record)
