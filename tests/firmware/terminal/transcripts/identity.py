"""When minutes count, on whichever interpreter runs this file: faces, engine, ban, orders, photos, ends."""

from firmware.terminal.session.counting import counts, stop_of
from firmware.terminal.session.session import Session
from firmware.wire import fields, records

START = 1789430400
INSTRUCTOR = b"I4510111122223333"
TRAINEE = b"T4510987654321098"
OTHER = b"T4510987654321099"
PHOTO = bytes(range(32))
SETTINGS = {"courses": {"2": 1212360000}, "face_check_min": 30, "face_recheck_s": 120, "pulses_per_km": 4000}
RIGHT = {1: (0, 1, INSTRUCTOR), 2: (0, 2, TRAINEE)}
NOBODY = (4, 65535, b"")
FAULT = (6, 65535, b"")


class Vehicle:
    def __init__(self):
        self.pulses = 0
        self.rpm = 1500
        self.ignition = 1


class Epoch:
    lat_e7 = 457000000
    lon_e7 = 1266000000
    speed_kmh10 = 150
    heading_deg = 90
    satellites = 14
    hdop_fifth = 4
    estimated = False

    def __init__(self):
        self.valid = True
        self.utc_s = 0


class Recorder:
    """Encodes what it is given, as the journal's would, and keeps a short line of it."""

    def __init__(self):
        self.seq = 0
        self.lines = []
        self.at_s = START

    def next_seq(self):
        return self.seq + 1

    def draft(self, values):
        pass

    def recovered(self):
        return None

    def write_recovered(self):
        return 0

    def write(self, kind, body):
        self.seq += 1
        values = dict(body)
        header = {"kind": kind, "terminal": 7, "seq": self.seq, "prev": bytes(32), "boot": 1}
        header.update({"uptime_s": 0, "utc_s": self.at_s, "clock": 3})
        values.update(header)
        records.encode(values)
        line = [fields.KIND_NAMES[kind], self.at_s - START]
        for name in ("role", "moment", "outcome", "counted_s", "stops", "how", "minutes", "size"):
            if name in values:
                line.append((name, values[name]))
        if values.get("photo") == PHOTO:
            line.append("photo")
        self.lines.append(line)


class Car:
    def __init__(self, camera=True):
        self.recorder = Recorder()
        self.asked = []
        self.said = []
        self.photos = 0
        self.faces = dict(RIGHT)
        self.vehicle = Vehicle()
        self.epoch = Epoch()
        self.online = True
        self.photo = (PHOTO, 5000, False)
        self.session = Session(
            SETTINGS,
            self.recorder,
            self.asked.append,
            self.show,
            self.is_online,
            self.take if camera else None,
        )

    def is_online(self):
        return self.online

    def show(self, code, *numbers):
        if not code.startswith("look") and not code.startswith("face"):
            self.said.append((self.recorder.at_s - START, code) + numbers)

    def take(self):
        self.photos += 1
        return True

    def second(self, second, key=None):
        utc_s = START + second
        self.recorder.at_s = utc_s
        if self.vehicle.rpm:
            self.vehicle.pulses += 20
        self.epoch.utc_s = utc_s
        if self.photos:
            self.photos = 0
            self.session.on_photo(*(self.photo + (utc_s, self.vehicle.pulses)))
        if self.asked:
            self.session.on_face(self.faces[self.asked.pop()], utc_s, self.vehicle.pulses, PHOTO)
        self.session.on_second(utc_s, self.epoch, self.vehicle)
        if key:
            self.session.on_key(key, utc_s, self.vehicle.pulses)

    def run(self, first, last, keys=None, step=1):
        for second in range(first, last, step):
            self.second(second, keys.get(second) if keys else None)
        return self

    def tell(self, title, minutes=False):
        session = self.session
        print(title, session.state, session.counted_s, session.stops, session.summary)
        for line in self.recorder.lines:
            if minutes or line[0] != "MINUTE":
                print("  ", *line)
        print("  ", *self.said)


def periodic():
    """A check every 30 minutes, a photo in between; the photo does not stop anything."""
    car = Car()
    car.run(0, 4000, {10: "I", 20: "2"})
    car.tell("periodic")
    car = Car(camera=False)
    car.run(0, 2000, {10: "I", 20: "2"})
    car.tell("without a camera a check stands in")
    car = Car()
    car.photo = (None, 0, False)
    car.run(0, 1000, {10: "I", 20: "2"})
    car.tell("the camera fails")


def stops():
    for name, answers in (
        ("another trainee", {2: (0, 9, OTHER)}),
        ("another instructor", {1: (2, 65535, b"")}),
        ("a photo held up", {2: (3, 65535, b"")}),
        ("nobody", {2: NOBODY}),
        ("no module", {1: FAULT, 2: FAULT}),
    ):
        car = Car()
        car.run(0, 1810, {10: "I", 20: "2"})
        car.recorder.lines = []
        car.faces.update(answers)
        car.run(1810, 1900)
        car.faces = dict(RIGHT)
        car.run(1900, 2045)
        car.tell(name, True)
    print([[stop_of(role, outcome) for outcome in range(7)] for role in (1, 2)])
    print([bit for bit in (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 384) if counts(bit)])


def covered():
    """The periodic photo shows nothing: both faces are asked for at once."""
    car = Car()
    car.photo = (PHOTO, 1200, True)
    car.faces[2] = NOBODY
    car.run(0, 20, {10: "I"})
    car.faces = dict(RIGHT)
    car.run(20, 900, {20: "2"})
    car.faces[2] = NOBODY
    car.run(900, 1000)
    car.tell("covered")


def engine_and_place():
    car = Car()
    car.run(0, 100, {10: "I", 20: "2"})
    car.vehicle.rpm = 0
    car.run(100, 130)
    car.vehicle.rpm = 900
    car.run(130, 150)
    car.epoch.valid = False
    car.session.outside = True
    car.run(150, 260, {250: "X"})
    car.tell("engine and place", True)


def ban():
    car = Car()
    car.run(0, 60, {10: "I", 20: "2"})
    car.session.set_ban(True, START + 200)
    car.run(60, 260, {100: "O", 120: "2", 210: "2"})
    car.session.set_ban(True)
    car.run(260, 300, {270: "O", 280: "2"})
    car.session.set_ban(False)
    car.run(300, 320, {305: "2"})
    car.tell("ban", True)


def ordered():
    car = Car()
    print("nobody there", car.session.order_face_check(0), car.session.order_face_check(1))
    car.run(0, 15, {10: "I"})
    print("no trainee", car.session.order_face_check(2), car.session.order_face_check(0))
    car.run(15, 60, {20: "2"})
    print("outcome", car.session.duties.take_ordered())
    for second, role in ((60, 0), (80, 1), (100, 2)):
        print("ordered", car.session.order_face_check(role))
        car.run(second, second + 20)
        print("outcome", car.session.duties.take_ordered())
    car.faces[2] = NOBODY
    car.session.order_face_check(2)
    car.run(120, 130)
    car.faces = dict(RIGHT)
    car.run(130, 2100)
    car.tell("ordered")


def long_stop():
    """Two and a half hours after the ignition went off both are signed out, the trainee first."""
    car = Car()
    car.run(0, 100, {10: "I", 20: "2"})
    car.vehicle.ignition = 0
    car.vehicle.rpm = 0
    car.run(100, 160)
    car.run(160, 9300, None, 20)
    car.tell("ignition off")
    car = Car()
    car.run(0, 30, {10: "I"})
    car.vehicle.ignition = 0
    car.run(30, 9100, None, 30)
    car.tell("ignition off, instructor alone")


def instructor_again():
    """More than an hour after the instructor was last seen, his face is asked for before the trainee's."""
    car = Car()
    car.online = False
    car.run(0, 3700, {10: "I", 3650: "2", 3680: "O"})
    car.faces[1] = NOBODY
    car.run(3700, 7400, {7390: "2"})
    car.faces = dict(RIGHT)
    car.run(7400, 7430, {7410: "2"})
    car.tell("instructor again")


def restart():
    found = {"session": 9, "trainee": 4510987654321098, "instructor": 4510111122223333, "course": 1212360000}
    for name, ago_s, session in (
        ("soon", 60, 9),
        ("late", 9000, 9),
        ("alone", 60, 0),
        ("alone, late", 9000, 0),
    ):
        car = Car()
        found["utc_s"] = START - ago_s
        found["session"] = session
        found["minutes"] = found["counted_s"] = found["wheel_m"] = 0
        car.session.resume(found, START, 0)
        car.faces[2] = NOBODY
        car.run(1, 90)
        car.faces = dict(RIGHT)
        car.run(90, 140)
        car.tell(name, True)


for part in (
    periodic,
    stops,
    covered,
    engine_and_place,
    ban,
    ordered,
    long_stop,
    instructor_again,
    restart,
):
    part()
