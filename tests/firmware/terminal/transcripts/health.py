"""Diagnostics: set after their time, cleared only by a sign that all is well, known again after a restart."""

from firmware.terminal.health import health as codes
from firmware.terminal.health.health import Health, recall
from firmware.wire import fields, records


class Epoch:
    def __init__(self, valid=True, speed_kmh10=0):
        self.valid = valid
        self.speed_kmh10 = speed_kmh10


class Vehicle:
    pulses = 0


NAMES = (
    "",
    "power",
    "timing",
    "positioning",
    "recording",
    "transfer",
    "face module",
    "wheel sensor",
    "antenna",
    "camera",
)


class Book:
    """Stands where the recorder is; full: refuses."""

    def __init__(self, faults=0, **more):
        self.second = 0
        self.full = False
        self.lines = []
        self.health = Health(self.write, faults, **more)
        self.vehicle = Vehicle()

    def write(self, kind, body, urgent=False):
        if self.full:
            raise OSError(28)
        if kind != fields.DIAGNOSTIC:
            print("BAD kind", kind)
        state = "set" if body["state"] else "cleared"
        self.lines.append((self.second, NAMES[body["code"]], state, body["value"]))
        if urgent:
            self.lines.append("at once")

    def run(self, seconds, epoch=None, pulse=0, in_training=True, waiting=0, through=0, step=0):
        for _ in range(seconds):
            self.second += 1
            self.vehicle.pulses += pulse
            self.health.on_second(epoch, self.vehicle, in_training, waiting, through)
            through += step

    def told(self, name):
        print(name, self.lines, self.health.faults)
        self.lines = []


def positioning():
    book = Book()
    book.run(200, Epoch(False), in_training=False)
    book.told("parked")
    book.run(119, Epoch(False))
    book.run(1, Epoch())
    book.run(119, None)
    book.told("short")
    book.run(5, Epoch(False))
    book.told("long")
    book.run(5, None, in_training=False)
    book.told("no sign of being well")
    book.run(1, Epoch(), in_training=False)
    book.told("fix")


def transfer():
    book = Book()
    book.run(2000, Epoch(), waiting=9, through=100, step=1)
    book.told("a backlog that moves")
    book.run(902, Epoch(), waiting=9, through=5000)
    book.told("stuck")
    book.run(10, Epoch(), waiting=9, through=5000, in_training=False)
    book.told("still stuck")
    book.run(1, Epoch(), waiting=8, through=5001)
    book.told("moves")


def wheel():
    book = Book()
    book.run(59, Epoch(True, 200))
    book.run(1, Epoch(True, 200), pulse=1)
    book.run(70, Epoch(True, 149))
    book.run(70, Epoch(True, codes.SPEED_UNKNOWN))
    book.told("no sign")
    book.run(61, Epoch(True, 200))
    book.run(9, Epoch(True, 0))
    book.told("dead")
    book.run(2, Epoch(True, 0), pulse=1)
    book.told("alive")
    again = Book(1 << codes.WHEEL_SENSOR - 1)
    again.run(1, Epoch())
    again.told("a first count is no pulse")


def timing():
    book = Book()
    for contradicted_s in (9, 10, 11, 5, 0):
        book.health.on_clock(contradicted_s)
    book.told("contradicted")
    for _ in range(codes.NO_TIME_S + 5):
        book.health.on_clock(0, 0)
    book.told("no time")
    book.health.on_clock(0, 2)
    book.told("the server's time is no fix")
    book.health.on_clock(0, 3)
    book.told("satellites")


def supply(mv, seconds, book):
    for _ in range(seconds):
        book.second += 1
        book.health.on_supply(mv)


def power():
    book = Book()
    for mv, seconds in ((12600, 20), (8000, 2), (12600, 1), (8000, 9), (10500, 1), (8000, 1)):
        supply(mv, seconds, book)
    book.told("cranking")
    supply(9000, 12, book)
    book.told("flat")
    supply(10900, 30, book)
    supply(11000, 9, book)
    supply(10999, 1, book)
    book.told("not yet")
    supply(11000, 10, book)
    book.told("well")
    for cause, open_session in ((1, None), (4, {}), (4, {"session": 1}), (5, {"session": 1})):
        book.health.on_boot(cause, open_session)
        book.told("boot %d" % cause)
    supply(0, 10, book)
    book.told("runs, no gauge")
    truck = Book(supply_min_mv=21000)
    supply(20000, 10, truck)
    truck.told("24 V")


def antenna():
    book = Book()
    for said, seconds in ((0, 9), (2, 4), (0, 1), (1, 9), (3, 5), (0, 9), (2, 9), (1, 4)):
        for _ in range(seconds):
            book.health.on_antenna(said)
    book.told("short")
    book.health.on_antenna(1)
    book.told("well")


def recording():
    book = Book()
    for values in (
        (0, 500, 1000),
        (0, 50, 1000),
        (0, 49, 1000),
        (0, 60, 1000),
        (0, 99, 1000),
        (0, 100, 1000),
    ):
        book.health.on_journal(*values)
    book.told("room")
    for seq, lost in ((77, 1), (0, 1), (78, 2), (0, 2), (0, 0)):
        if seq:
            book.health.on_lost(seq)
        book.health.on_journal(lost)
    book.told("lost")
    book.health.on_gap()
    book.health.on_journal(0)
    book.told("gap")
    book.full = True
    try:
        book.health.on_lost(5)
    except OSError as error:
        print("refused", error.args[0], book.health.faults)
    book.full = False
    book.health.on_lost(5)
    book.told("then")


def parts():
    book = Book()
    for outcome in (0, 6, 6, 5):
        book.health.on_face(outcome)
    book.told("face")
    for well in (False, True, False, False, False, True):
        book.health.on_camera(well)
    book.told("camera")
    book.health.on_part(codes.FACE_MODULE, True, 64)
    book.health.on_part(codes.FACE_MODULE, False, 0)
    book.told("self-test")


def restart():
    """Every code that was set is cleared by a record once it is well, whatever the cut took."""
    print(
        "names", [codes.POWER, codes.CAMERA], Health(None, 511).is_set(codes.CAMERA), Health(None).is_set(1)
    )
    book = Book(511)
    supply(0, 10, book)
    book.run(2, Epoch(), pulse=1)
    book.health.on_clock(0, 3)
    book.health.on_journal(0)
    book.health.on_face(0)
    book.health.on_camera(True)
    for _ in range(codes.ANTENNA_S):
        book.health.on_antenna(1)
    book.told("all well")
    head = {"terminal": 1, "boot": 1, "prev": bytes(32), "uptime_s": 0, "utc_s": 0, "clock": 0}

    def record(seq, code, state):
        values = {"kind": fields.DIAGNOSTIC, "seq": seq, "code": code, "state": state, "value": 0}
        values.update(head)
        return records.encode(values)

    other = {"kind": fields.BOOT, "seq": 9}
    recent = [record(1, 3, 1), record(2, 9, 1), record(3, 3, 0), record(4, 5, 0)]
    print("recalled", recall(0, recent), recall(1 << 4 | 1, recent), recall(6, []), other["kind"])


for part in (positioning, transfer, wheel, timing, power, antenna, recording, parts, restart):
    part()
