"""The journal's power cuts on both interpreters: a thinner sweep of the same day, and drawn cuts."""

import gc
import sys

if hasattr(gc, "threshold"):
    # As firmware.main does.
    gc.threshold(16384)

# With compiled firmware on the path, the tests' own parts are still where this file is.
sys.path.append(__file__.rsplit("tests/micropython/", 1)[0] or ".")

from tests.firmware.terminal.fake_flash import FakeFlash
from tests.firmware.terminal.journal_cuts import Sweep, faults
from tests.firmware.terminal.journal_day import Play, scenario

# The heap holds no more of what must be there.
KEPT_S = 150
state = 20260806


def below(limit):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % limit


def sweep():
    flash = FakeFlash(10 * 4096)
    cuts = Sweep(flash, 83, 2003)
    play = Play(flash)
    play.kept_s = KEPT_S
    cuts.watch(play)
    scenario(play, cuts.look)
    print("BAD" if cuts.wrong else "ok", "sweep", cuts.cuts, flash.spent, flash.erased, cuts.wrong[:5])


def drawn():
    for turn in range(4):
        gc.collect()
        wrong = faults(below, 6, KEPT_S)
        print("BAD" if wrong else "ok", "drawn", turn, wrong[:5])


sweep()
drawn()
