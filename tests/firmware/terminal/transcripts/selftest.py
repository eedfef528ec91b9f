"""The self-test, the STATUS record, and the main loop's stages."""

from firmware.terminal.health import selftest, watch
from firmware.terminal.health.health import Health
from firmware.wire import fields, records

GOOD = {"quality": 3, "readable": True, "unsaved": 0, "free": 900, "size": 1000}


def run(test, seconds, heard_step=10, answers=(), **more):
    """Seconds from the beginning: (second, result) when it ends."""
    values = dict(GOOD)
    values.update(more)
    for second in range(1, seconds + 1):
        for at, bits in answers:
            if at == second:
                test.passed(bits)
        failed = test.on_second(
            second * 1000,
            values["quality"],
            second * heard_step,
            values["readable"],
            values["unsaved"],
            values["free"],
            values["size"],
        )
        if failed is not None:
            return second, [selftest.BIT_NAMES.split()[bit] for bit in range(8) if failed >> bit & 1]
    return None


PORTS = selftest.WHEEL | selftest.FACE | selftest.CAMERA


def tests():
    test = selftest.SelfTest()
    print("nothing begun", run(test, 40))
    cases = (
        ("all well", {"answers": ((1, PORTS),)}),
        ("module wakes late", {"answers": ((1, PORTS & ~selftest.FACE), (8, selftest.FACE))}),
        ("nobody answers", {}),
        ("receiver silent", {"answers": ((1, PORTS),), "heard_step": 0}),
        ("no time", {"answers": ((1, PORTS),), "quality": 0}),
        ("journal unreadable", {"answers": ((1, PORTS),), "readable": False}),
        ("journal stuck", {"answers": ((1, PORTS),), "unsaved": 3}),
        ("journal full", {"answers": ((1, PORTS),), "free": 49}),
    )
    for name, more in cases:
        test.begin(selftest.BOOT, 0)
        print(name, run(test, 40, **more), test.moment)
    test = selftest.SelfTest(selftest.ALL & ~selftest.CAMERA)
    test.begin(selftest.ORDERED, 0)
    print("no camera", run(test, 40, answers=((1, selftest.WHEEL | selftest.FACE),)))


def daily():
    day = 86400 * 20000
    test = selftest.SelfTest()
    test.begin(selftest.BOOT, 0)
    print(
        "boot",
        test.is_due(0, False),
        test.is_due(day + 5, False),
        run(test, 40)[0],
        test.is_due(day + 50, False),
    )
    print(
        "midnight",
        test.is_due(day + 86400, True),
        test.is_due(day + 86401, False),
        test.is_due(day + 86402, False),
    )
    late = selftest.SelfTest()
    print("time comes late", late.is_due(0, False), late.is_due(day, False), late.is_due(day + 86400, False))


def told():
    lines = []
    health = Health(lambda kind, body: lines.append((body["code"], body["state"], body["value"])))
    selftest.tell(health, selftest.GNSS | selftest.FACE | selftest.WHEEL, selftest.ALL)
    selftest.tell(health, selftest.CAMERA, selftest.ALL & ~selftest.CAMERA)
    selftest.tell(health, 0, selftest.ALL)
    print("told", lines, health.faults)


def status():
    known = {"firmware": 1002003, "slot": 1, "supply_mv": 12600, "journal_free": 5, "temperature_c10": -2000}
    head = {"terminal": 1, "boot": 1, "seq": 1, "prev": bytes(32), "uptime_s": 0, "utc_s": 0, "clock": 0}
    for facts in ({}, known, {"satellites": 31, "photos": 70000, "faces": 12, "antenna": 2}):
        values = selftest.status(selftest.DAILY, 16, 4, facts)
        values.update(head)
        values["kind"] = fields.STATUS
        decoded = records.decode(records.encode(values))
        print("status", [decoded[field[0]] for field in fields.BODY[fields.STATUS]])


class Board:
    def __init__(self):
        self.ms = 0
        self.kept = []
        self.fed = 0

    def ticks_ms(self):
        return self.ms

    def feed(self):
        self.fed += 1


def stages():
    for always in (True, False):
        board = Board()
        loop = watch.Watch(board.ticks_ms, board.kept.append, board.feed, always)
        for stage, took_ms in (
            (watch.WAIT, 50),
            (watch.UPLINK, 5001),
            (watch.WAIT, 50),
            (watch.JOURNAL, 5000),
        ):
            loop.at(stage)
            board.ms += took_ms
        loop.at(watch.WAIT)
        loop.feed()
        print("kept", always, board.kept, loop.stage, loop.slow_stage, board.fed)
    names = watch.STAGE_NAMES.split()
    print(names[watch.ORDERS], len(names), names[watch.UPLINK])


for part in (tests, daily, told, status, stages):
    part()
