"""What an update refuses, and that nothing of it is left behind; resuming, pacing, full and failing media.

Run as `micropython FILE FOLDER` and `python FILE FOLDER`; a line that begins with BAD is a wrong value.
"""

import sys

from update_bench import (
    IMAGE,
    MANIFEST,
    NEW,
    OLD,
    TREES,
    FailingFiles,
    Server,
    boot,
    image_of,
    left_in,
    new_root,
    new_update,
    run,
    signed,
    tree_of,
)

from firmware.terminal.update import manifest, update
from firmware.terminal.update.files import Files, write_whole
from firmware.terminal.update.slots import Slots
from firmware.wire.orders import BEGUN, MALFORMED, REFUSED

ROOT = sys.argv[1] + "/root"


def check(name, found, expected):
    print("ok" if found == expected else "BAD", name, found)


def refused(name, body, expected, image=IMAGE, before=None):
    new_root(ROOT)
    slots = boot(ROOT)
    if before:
        before(slots)
    job = new_update(slots, Server(image))
    server = Server(image)
    job._ask = server.ask
    job.begin(5, body)
    found = run(job, server)
    check(name, [each for each in found if each[1] != BEGUN], [expected])
    check("nothing left", (left_in(ROOT), job.restart_wanted), ([], False))
    check("still the old one", boot(ROOT).version, OLD)


def refuse(name, body, value, **more):
    refused(name, body, (5, REFUSED, value), **more)


def by_manifest():
    refused("empty", b"", (5, MALFORMED, 0))
    refused("cut short", MANIFEST[:-1], (5, MALFORMED, 0))
    refused("longer", MANIFEST + b"\0", (5, MALFORMED, 0))
    refused("another format", b"HFU2" + MANIFEST[4:], (5, MALFORMED, 0))
    for at in (20, 30, len(MANIFEST) - 1, len(MANIFEST) - 64):
        wrong = bytearray(MANIFEST)
        wrong[at] ^= 1
        refuse("byte %d" % at, wrong, update.BAD_SIGNATURE)
    refuse("another key", signed(IMAGE, seed=bytes(32)), update.BAD_SIGNATURE)
    refuse("board", signed(IMAGE, board="esp32"), update.OTHER_BOARD)
    refuse("same version", signed(IMAGE, version=OLD), update.NOT_NEWER)
    refuse("same version, permitted", signed(IMAGE, version=OLD, replaces=OLD), update.NOT_NEWER)
    refuse("older", signed(IMAGE, version=OLD - 1), update.NOT_NEWER)
    refuse("older, permitted for another", signed(IMAGE, version=OLD - 1, replaces=NEW), update.NOT_NEWER)
    refuse("floor", signed(IMAGE, floor=OLD + 1), update.BELOW_FLOOR)
    refuse("journal", signed(IMAGE, writes=2, reads=2), update.JOURNAL_FORMAT)

    def remember(slots):
        slots.refused = [NEW]
        slots.save()

    refuse("went back before", MANIFEST, update.REFUSED_BEFORE, before=remember)

    def unproven(slots):
        slots.proven = False
        slots.save()

    refuse("unproven itself", MANIFEST, update.NOT_PROVEN, before=unproven)


def by_image():
    wrong = bytearray(IMAGE)
    wrong[100] ^= 1
    refuse("hash", MANIFEST, update.BAD_HASH, image=bytes(wrong))
    for name, image in (
        ("no image", b"not an image at all"),
        ("no files", manifest.image_start(0)),
        ("one more", manifest.image_start(4) + IMAGE[6:]),
        ("one less", manifest.image_start(2) + IMAGE[6:]),
        ("bytes after", IMAGE + b"\0"),
        ("twice", manifest.image_start(6) + IMAGE[6:] + IMAGE[6:]),
        ("list", IMAGE.replace(b"firmware/main.py", b"firmw/../../main")),
        ("way out", IMAGE.replace(b"firmware/main.py", b"firmware/../a.py")),
        ("shadow", IMAGE.replace(b"firmware/main.py", b"elsewher/main.py")),
        ("absolute", IMAGE.replace(b"firmware/main.py", b"/irmware/main.py")),
    ):
        refuse(name, signed(image), update.BAD_IMAGE, image=image)
    damaged = bytearray(IMAGE)
    damaged[-1] ^= 1
    refuse("file sum", signed(bytes(damaged)), update.MEDIUM, image=bytes(damaged))


def taken(name, body, version):
    new_root(ROOT)
    slots = boot(ROOT)
    server = Server(IMAGE)
    job = new_update(slots, server)
    job.begin(5, body)
    check(name, run(job, server), [(5, BEGUN, version)])
    check("switched", (job.restart_wanted, slots.running, Slots(ROOT).starts), (True, 1, 0))
    check("whole", tree_of(ROOT + "/slot_b") == TREES[NEW], True)
    job.begin(6, body)
    check("before the restart", run(job, server), [(6, REFUSED, update.NOT_RESTARTED)])


def permitted():
    taken("newer", MANIFEST, NEW)
    taken("older, permitted", signed(IMAGE, version=OLD - 1, replaces=OLD), OLD - 1)
    taken("floor reached", signed(IMAGE, floor=OLD), NEW)
    taken("another journal format that reads ours", signed(IMAGE, writes=2, reads=3), NEW)


def download():
    new_root(ROOT)
    slots = boot(ROOT)
    server = Server(IMAGE)
    server.silent = True
    job = new_update(slots, server)
    job.begin(1, MANIFEST)
    asked = []
    now_ms = 0
    while now_ms < 1500000:
        job.step(now_ms)
        if server.asked:
            asked.append(now_ms)
            server.asked = []
        now_ms += 1000
    print("asked at", asked)
    check("other pieces", job.wanted[1], 0)
    for image, offset in ((bytes(8), 0), (job.wanted[0], 400)):
        job.on_piece(image, offset, IMAGE[:400])
        job.step(now_ms)
        check("not taken", (job.wanted[1], Files().size(ROOT + update.PART)), (0, 0))
    job.on_piece(job.wanted[0], 0, IMAGE + b"too long")
    job.step(now_ms)
    check("too long", job.wanted[1], 0)
    job.on_piece(job.wanted[0], 0, IMAGE[:2000])
    for _ in range(3):
        job.step(now_ms)
    check("goes on", job.wanted[1], 2000)
    for kept, expected in ((1000, len(IMAGE) - 1000), (len(IMAGE), 0), (len(IMAGE) + 5, len(IMAGE))):
        with open(ROOT + update.PART, "wb") as part:
            part.write((IMAGE + b"xxxxx")[:kept])
        resumed(expected)
    with open(ROOT + update.PART, "wb") as part:
        part.write(bytes(1000))
    # A torn end is fetched anew once: what came after it, then everything.
    resumed(2 * len(IMAGE) - 1000)


def resumed(expected):
    order = Files().read(ROOT + update.ORDER)
    part = Files().read(ROOT + update.PART)
    slots = boot(ROOT)
    server = Server(IMAGE)
    job = new_update(slots, server)
    job.resume()
    check("after a restart", (run(job, server), job.restart_wanted, server.sent), ([], True, expected))
    new_root(ROOT)
    write_whole(Files(), ROOT + update.ORDER, order)
    write_whole(Files(), ROOT + update.PART, part)


def newer_order():
    new_root(ROOT)
    slots = boot(ROOT)
    server = Server(IMAGE)
    job = new_update(slots, server)
    job.begin(1, MANIFEST)
    for _ in range(300):
        job.step(0)
        server.serve(job)
        if job.wanted and job.wanted[1] >= 800:
            break
    other = image_of({"firmware/main.py": b"other" * 300})
    server = Server(other)
    job._ask = server.ask
    job.begin(2, signed(other, version=NEW + 1))
    replaced = (1, REFUSED, update.REPLACED)
    check("a newer order", run(job, server), [(1, BEGUN, NEW), replaced, (2, BEGUN, NEW + 1)])
    check("its files", sorted(tree_of(ROOT + "/slot_b")), ["firmware/main.py"])
    new_root(ROOT)
    with open(ROOT + update.PART, "wb") as part:
        part.write(b"of nothing")
    job = new_update(boot(ROOT), server)
    job.resume()
    check("a part of nothing", (job.busy, left_in(ROOT)), (False, []))


def failing(errno, value):
    """The medium is full, or fails, from each operation on: refused, or done before it."""
    found = {}
    for at in range(1, 40):
        new_root(ROOT)
        boot(ROOT)
        files = FailingFiles(0)
        slots = Slots(ROOT, 0, files)
        files.at, files.torn, files.fault = at, bool(at & 1), OSError(errno, "a failing medium")
        server = Server(IMAGE)
        job = new_update(slots, server)
        job.begin(9, MANIFEST)
        outcomes = run(job, server)
        last = outcomes[-1]
        found[last] = found.get(last, 0) + 1
        if last[1] == REFUSED:
            check("at %d" % at, (last, left_in(ROOT)), ((9, REFUSED, value), []))
            check("in memory too", (slots.running, slots.proven), (0, True))
        check("boots", boot(ROOT).version, NEW if job.restart_wanted else OLD)
    print(sorted(found.items()))


def full():
    class Small(Files):
        def free(self, path):
            return len(IMAGE)

    new_root(ROOT)
    boot(ROOT)
    server = Server(IMAGE)
    job = new_update(Slots(ROOT, 0, Small()), server)
    job.begin(3, MANIFEST)
    check("no room", run(job, server), [(3, REFUSED, update.NO_ROOM)])
    check("nothing left", left_in(ROOT), [])


by_manifest()
by_image()
permitted()
download()
newer_order()
failing(28, update.NO_ROOM)
failing(5, update.MEDIUM)
full()
