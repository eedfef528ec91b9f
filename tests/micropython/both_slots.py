"""Slots by themselves, on both interpreters: lists, stale files, journal formats, read-only media.

Run as `micropython FILE FOLDER` and `python FILE FOLDER`; a line that begins with BAD is a wrong value.
"""

import os
import sys

from update_bench import (
    IMAGE,
    MANIFEST,
    OLD,
    TREES,
    FailingFiles,
    Server,
    boot,
    new_root,
    new_update,
    run,
    signed,
    tree_of,
)

from firmware.main import RESET_UPDATE, _slots
from firmware.terminal.update.files import Files, write_whole
from firmware.terminal.update.slots import LIST, SlotList, Slots, decode_list

ROOT = sys.argv[1] + "/root"
RESET_POWER_ON = 1


def check(name, found, expected):
    print("ok" if found == expected else "BAD", name, found)


def slots_alone():
    new_root(ROOT)
    slots = boot(ROOT)
    check("first start", (slots.running, slots.version, slots.proven, slots.journal), (0, OLD, True, 1))
    write_whole(Files(), ROOT + "/slot_a/firmware/stale.py", b"print('stale')")
    write_whole(Files(), ROOT + "/slot_a/json.py", b"print('stale')")
    os.mkdir(ROOT + "/slot_a/firmware/terminal")
    boot(ROOT)
    check("stale files go", sorted(tree_of(ROOT + "/slot_a")), sorted(TREES[OLD]))
    check("empty folders go", Files().names(ROOT + "/slot_a/firmware")[1][0], "gone")
    listed = Files().read(ROOT + "/slot_a/" + LIST)
    for at in range(len(listed)):
        for wrong in (listed[:at], listed[:at] + bytes([listed[at] ^ 1]) + listed[at + 1 :]):
            if decode_list(wrong) is not None:
                print("BAD list", at)
    write_whole(Files(), ROOT + "/slot_a/firmware/main.py", b"rot")
    check("a damaged slot", Slots(ROOT).choose(), None)
    read_only()
    journal_formats()


def read_only():
    """Nothing can be written, from the first start on: what is complete and proven runs all the same."""
    new_root(ROOT)
    broken = FailingFiles(1, False, OSError(30, "read only"))
    slots = Slots(ROOT, None, broken)
    broken.open = unwritable
    check("first start", slots.choose(), 0)
    slots = boot(ROOT)
    slots.switch(1)
    slots = Slots(ROOT, None, broken)
    check("an unproven slot that is not there", slots.choose(), 0)
    new_root(ROOT)
    server = Server(IMAGE)
    job = new_update(boot(ROOT), server)
    job.begin(5, MANIFEST)
    run(job, server)
    slots = Slots(ROOT, None, broken)
    check("a start that cannot be counted", slots.choose(), 0)


def unwritable(path, mode):
    if mode != "rb":
        raise OSError(30, "read only")
    return open(path, mode)


def journal_formats():
    """A slot that cannot read the journal that the good one writes is no way back."""
    new_root(ROOT)
    server = Server(IMAGE)
    job = new_update(boot(ROOT), server)
    job.begin(5, signed(IMAGE, writes=2, reads=3))
    run(job, server)
    slots = boot(ROOT)
    check("starts unproven", (slots.running, slots.proven, slots.starts), (1, False, 1))
    check("the reset's cause", _slots(ROOT, 1, RESET_POWER_ON)[1], RESET_UPDATE)
    check("the second start's", (boot(ROOT).starts, _slots(ROOT, 1, RESET_POWER_ON)[1]), (2, RESET_POWER_ON))
    back = boot(ROOT)
    check("given back", (back.running, _slots(ROOT, 0, RESET_POWER_ON)[1]), (0, RESET_UPDATE))
    stuck, _ = _slots(ROOT, 1, RESET_POWER_ON)
    check("state and slot differ", (stuck.running, stuck.idle, stuck.proven), (1, 0, True))
    slots.save()
    slots.mark_good()
    slots.forget_outcome()
    check("format", Slots(ROOT).journal, 2)
    write_whole(Files(), ROOT + "/slot_b/firmware/main.py", b"rot")
    check("no way back", Slots(ROOT).choose(), None)
    for name in ("state_a", "state_b"):
        data = bytearray(Files().read(ROOT + "/" + name))
        data[9] ^= 1
        write_whole(Files(), ROOT + "/" + name, bytes(data))
    slots = Slots(ROOT)
    check("both states lost", (slots.choose(), slots.running, slots.proven), (0, 0, True))
    check("list", decode_list(SlotList(3, 1, 1, {"a": (1, 2)}).encode()).entries, {"a": (1, 2)})


slots_alone()
