"""An update with the power cut at every file operation, on both interpreters: it always starts a whole slot.

Run as `micropython FILE FOLDER` and `python FILE FOLDER`; a line that begins with BAD is a wrong value.
"""

import sys

from update_bench import NEW, OLD, ORDER, Cut, FailingFiles, left_in, life, new_root

from firmware.terminal.update.slots import STARTS, Slots
from firmware.terminal.update.update import WENT_BACK
from firmware.wire.orders import BEGUN, DONE, REFUSED

ROOT = sys.argv[1] + "/root"


def check(name, found, expected):
    if found != expected:
        print("BAD", name, found, "instead of", expected)


def story(cuts, proves):
    """Lives until the end; cuts: (operation, torn) of the first ones. Returns (told, operations of each)."""
    # The idle slot holds an older version, as from the second update on, or nothing.
    new_root(ROOT, proves)
    told = []
    counts = []
    for number in range(20):
        files = FailingFiles(*cuts[number]) if number < len(cuts) else FailingFiles()
        try:
            if life(ROOT, files, proves, told):
                counts.append(files.done)
                break
        except Cut:
            pass
        counts.append(files.done)
    else:
        print("BAD no end", cuts)
    check("left behind", left_in(ROOT), [])
    slots = Slots(ROOT)
    if len(cuts) > 1 and NEW in slots.refused:
        # The power went at each of its starts: nobody can tell that from a version that does not work.
        proves = False
    version = NEW if proves else OLD
    check("state", (slots.version, slots.proven, slots.order), (version, True, 0))
    check("refused", slots.refused, [] if proves else [NEW])
    starts = told.count("start")
    if not 1 <= starts <= STARTS + (len(cuts) if proves else 0):
        print("BAD", starts, "starts", cuts)
    last = (ORDER, DONE, NEW) if proves else (ORDER, REFUSED, WENT_BACK)
    check("told at last", told[-1], last)
    if not cuts:
        check("told first", told[0], (ORDER, BEGUN, NEW))
    return told, counts


def every_cut(proves):
    told, counts = story([], proves)
    print(told, counts)
    cut = 0
    # The first cut may come in any life of the story: the lives before it go through.
    for number in range(len(counts)):
        for at in range(1, counts[number] + 1):
            for torn in (False, True):
                story([(0, False)] * number + [(at, torn)], proves)
                cut += 1
    print("one cut", cut)
    return counts


def several_cuts(counts, rounds):
    """Cut after cut, drawn by a small generator that both interpreters share."""
    draw = 12345
    for _ in range(rounds):
        cuts = []
        for _ in range(4):
            draw = (draw * 1103515245 + 12345) & 0x7FFFFFFF
            cuts.append(((draw >> 8) % max(counts) + 1, bool(draw >> 4 & 1)))
        story(cuts, bool(draw >> 5 & 1))
    print("cut after cut", rounds)


every_cut(False)
several_cuts(every_cut(True), 40)
