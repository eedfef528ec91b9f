"""Grounds, their watch and their orders on both interpreters; prints BAD for a wrong answer.

The blob is the demo's ground as geofence.compact packs it: a field with a pond for part 2, a road for part 3.
"""

import binascii
import sys

from firmware.terminal.fence.fence import Grounds
from firmware.terminal.fence.order import load_grounds, take_order
from firmware.terminal.fence.watch import FenceWatch
from firmware.terminal.keep import Keep

BLOB = binascii.unhexlify(
    b"4846473100000007000202006955488000000000000063b08e441b3d21184b75554446509678000200040000000000009678"
    b"465096784650000000091a5e322824ea2fa82db439b22fd04b3c2d005f46232866d0195061d01734503c15cc3c3204036955"
    b"48800000000004b063b08e441b3cdad24b7669160001009000065db00001000b000000000000000000002a3000003c280000"
    b"54560000c8960000777e0001781800007e86000227900000a8ac0002f0260000dd6800039fa80000fd0c00044f2a00010090"
    b"000517c00000e0ec0005c7420000afb400065db06f45520c"
)
NOW_S = 1790000000
# Places by name: (lat_e7, lon_e7, in part 2, in part 3).
PLACES = (
    ("on the ring", 456993880, 1266000000, True, False),
    ("in the pond", 457000000, 1266000000, False, False),
    ("south of the field", 456980000, 1266000000, False, False),
    ("on the road", 456994600, 1266102700, False, True),
    ("eleven metres beside the road", 456995560, 1266102700, False, True),
    ("past the road's end", 457017990, 1266470200, False, False),
    ("the other side of the world", -456993880, -1266000000, False, False),
)


class Epoch:
    def __init__(self, lat_e7, lon_e7, utc_s, valid=True):
        self.lat_e7 = lat_e7
        self.lon_e7 = lon_e7
        self.utc_s = utc_s
        self.valid = valid


def expect(name, wanted, found):
    print("%s%s: %s" % ("" if wanted == found else "BAD ", name, found))


def places(grounds):
    for name, lat, lon, part_2, part_3 in PLACES:
        found = (grounds.inside(lat, lon, 2, NOW_S), grounds.inside(lat, lon, 3, NOW_S))
        expect(name, (part_2, part_3), found)
    expect("in no part", False, grounds.inside(456993880, 1266000000, 4, NOW_S))
    expect("in the pond, 30 m allowed", True, grounds.inside(457000000, 1266000000, 2, NOW_S, 3500))
    expect("in the pond, 10 m allowed", False, grounds.inside(457000000, 1266000000, 2, NOW_S, 1000))


def sweep(grounds):
    """A fingerprint of 6000 answers: the two interpreters must give the same."""
    bits = bytearray()
    for y in range(456988000, 457013000, 500):
        for x in range(1265978000, 1266022000, 1100):
            for margin_cm in (0, 500, 1000):
                bits.append(grounds.inside(y, x, 2, NOW_S, margin_cm))
    print("sweep", len(bits), sum(bits), "%08x" % binascii.crc32(bits))


def watch(grounds):
    said = []
    fence = FenceWatch(said.append, 10, grounds)
    # North out of the field and back at 2 m/s: the edge is at 457009000, 90 e7 are a metre.
    way = list(range(-10, 40, 2)) + list(range(40, -30, -2))
    for second, metres in enumerate(way):
        before = len(said)
        epoch = Epoch(457009000 + metres * 90, 1266000000, NOW_S + second)
        fence.on_second(epoch, 2)
        if len(said) > before:
            print("at", metres, "m:", said[-1])
    expect("said", ["outside", "inside"], said)
    expect("out", False, fence.on_second(Epoch(456980000, 1266000000, NOW_S), 2))
    expect("a second stray fix", False, fence.on_second(Epoch(456980000, 1266000000, NOW_S + 1), 2))
    expect("in again", False, fence.on_second(Epoch(456993880, 1266000000, NOW_S + 2), 2))
    for second in range(3, 6):
        fence.on_second(Epoch(456980000, 1266000000, NOW_S + second), 2)
    expect("out for good", True, fence.outside)
    expect("without a position", True, fence.on_second(Epoch(0, 0, NOW_S, False), 2))
    expect("without an epoch", True, fence.on_second(None, 2))
    expect("signed out", False, fence.on_second(Epoch(456980000, 1266000000, NOW_S + 9), 0))
    expect("said in all", ["outside", "inside", "outside"], said)
    quiet = []
    for known, part in ((None, 2), (grounds, 4)):
        fence = FenceWatch(quiet.append, 10, known)
        for second in range(9):
            fence.on_second(Epoch(456980000, 1266000000, NOW_S + second), part)
    expect("no grounds for it", [], quiet)


def orders(folder):
    keep = Keep(folder + "/keep")
    expect("none yet", None, load_grounds(keep))
    head = BLOB[4:8]
    expect("a later part first", (1, None), take_order(keep, head + b"\x02\x03" + BLOB[90:180]))
    expect("part 1", (5, None), take_order(keep, head + b"\x01\x03" + BLOB[:90]))
    # A restart between two orders: a new Keep on the same folder.
    keep = Keep(folder + "/keep")
    expect("part 2", (5, None), take_order(keep, head + b"\x02\x03" + BLOB[90:180]))
    expect("part 2 again", (1, None), take_order(keep, head + b"\x02\x03" + BLOB[90:180]))
    outcome, grounds = take_order(keep, head + b"\x03\x03" + BLOB[180:])
    expect("part 3", (0, 7, 2), (outcome, grounds.version, grounds.count))
    expect("kept", 7, load_grounds(Keep(folder + "/keep")).version)
    expect("broken", (2, None), take_order(keep, head + b"\x01\x01" + BLOB[:-1] + b"\x00"))
    expect("another version", (2, None), take_order(keep, b"\0\0\0\x08\x01\x01" + BLOB))
    expect("empty", (2, None), take_order(keep, b""))
    expect("part 0", (2, None), take_order(keep, head + b"\x00\x01" + BLOB))
    expect("still in force", 7, load_grounds(keep).version)
    keep.put("grounds", BLOB[:-4] + b"\0\0\0\0")
    expect("spoilt where it is kept", None, load_grounds(keep))


grounds = Grounds(BLOB)
places(grounds)
sweep(grounds)
watch(grounds)
orders(sys.argv[1])
