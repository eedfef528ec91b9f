"""The session's state machine on whichever interpreter runs this file: a morning in records."""

import sys

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.clock import Clock
from firmware.terminal.journal.journal import Journal
from firmware.terminal.journal.recorder import Recorder
from firmware.terminal.session.resume import find_open, last_boot
from firmware.terminal.session.session import Session, number_in
from firmware.terminal.session.states import ASKS, TABLE
from firmware.wire import fields, records

START = 1789430400
INSTRUCTOR = b"I4510111122223333"
TRAINEE = b"T4510987654321098"
OTHER = b"T4510987654321099"
SETTINGS = {
    "courses": {"2": 1212360000, "3": 1213360000},
    "face_check_min": 15,
    "face_recheck_s": 120,
    "pulses_per_km": 4000,
}


class Vehicle:
    pulses = 0
    rpm = 1500
    ignition = 1
    key = None


class Epoch:
    valid = True
    utc_s = 0
    lat_e7 = 457000000
    lon_e7 = 1266000000
    speed_kmh10 = 150
    heading_deg = 90
    satellites = 14
    hdop_fifth = 4
    estimated = False


class Car:
    """A terminal's inner parts, driven second by second; answers to faces are given by the test."""

    def __init__(self, folder):
        self.journal = Journal(FileFlash(folder + "/journal.bin", 64 * 4096))
        self.clock = Clock(lambda: 0, lambda: False)
        self.recorder = Recorder(7, last_boot(self.journal) + 1, self.journal, self.clock)
        self.asked = []
        self.session = Session(SETTINGS, self.recorder, self.asked.append, lambda *line: None, lambda: True)
        self.vehicle = Vehicle()
        self.epoch = Epoch()
        self.faces = {1: (0, 1, INSTRUCTOR), 2: (0, 2, TRAINEE)}

    def second(self, utc_s, key=None):
        self.vehicle.pulses += 20
        self.epoch.utc_s = utc_s
        self.clock.on_epoch(utc_s, True, self.session.in_training)
        if self.asked:
            answer = self.faces[self.asked.pop()]
            self.session.on_face(answer, utc_s, self.vehicle.pulses)
        self.session.on_second(utc_s, self.epoch, self.vehicle)
        if key:
            self.session.on_key(key, utc_s, self.vehicle.pulses)

    def run(self, first, last, keys):
        for second in range(first, last):
            self.second(START + second, keys.get(second))

    def told(self, first=1):
        """What the journal says, one short line a record."""
        lines = []
        for seq in range(first, self.journal.next_seq):
            values = records.decode(self.journal.read_from(seq, 1, 9999)[0])
            line = [fields.KIND_NAMES[values["kind"]], values["utc_s"] - START]
            for name in (
                "session",
                "role",
                "moment",
                "outcome",
                "minute",
                "wheel_m",
                "ignition_s",
                "how",
                "minutes",
            ):
                if name in values:
                    line.append(values[name] - START // 60 if name == "minute" else values[name])
            if "fixes" in values:
                line.append(len(values["fixes"]))
            lines.append(line)
        return lines


def tell(title, lines):
    print(title)
    for line in lines:
        print(" ", line)


def whole_morning(folder):
    car = Car(folder + "/a")
    car.run(0, 400, {5: "2", 10: "I", 15: "3", 20: "2", 200: "O", 230: "3", 245: "O", 260: "X"})
    tell("a morning", car.told())


def periodic_and_mismatch(folder):
    car = Car(folder + "/b")
    car.run(0, 600, {10: "I", 20: "2"})
    car.faces[2] = (0, 9, OTHER)
    car.run(600, 1100, {})
    car.faces[2] = (2, 65535, b"")
    car.run(1100, 1200, {})
    car.faces[2] = (0, 2, TRAINEE)
    car.run(1200, 2300, {2250: "X"})
    tell("checks", [line for line in car.told() if line[0] != "MINUTE"])


def wrong_role_cannot_sign_in(folder):
    car = Car(folder + "/c")
    car.faces[1] = (0, 2, TRAINEE)
    car.run(0, 30, {10: "I"})
    print("wrong role", car.session.state, [line for line in car.told()])
    car.faces[1] = (0, 1, INSTRUCTOR)
    car.faces[2] = (4, 65535, b"")
    car.run(30, 60, {31: "I", 40: "2", 50: "O"})
    print("no trainee", car.session.state, car.session.in_training)


def no_time_no_sign_in(folder):
    car = Car(folder + "/d")
    car.session.on_key("I", 0, 0)
    print("no time", car.session.state)


def key_waits_for_the_check(folder):
    car = Car(folder + "/e")
    car.run(0, 923, {10: "I", 20: "2"})
    print("due", car.session.state)
    car.session.on_key("X", START + 923, 0)
    car.run(923, 940, {})
    print("after", car.session.state, car.session.in_training)


def power_cut(folder):
    car = Car(folder + "/f")
    car.run(0, 330, {10: "I", 20: "2"})
    number = car.told()[3][2]
    again = Car(folder + "/f")
    found = find_open(again.journal)
    print("open", found["session"] == number, last_boot(again.journal))
    again.clock.on_epoch(START + 370, True, False)
    first = again.journal.next_seq
    again.session.resume(found, START + 370, 0)
    again.run(371, 560, {540: "O"})
    tell("resumed", again.told(first))
    left = find_open(again.journal)
    print("left", left["session"], left["trainee"], left["instructor"], left["utc_s"] - START)
    late = Car(folder + "/g")
    late.session.resume(found, START + 9000, 0)
    print("too late", late.session.in_training)


def table_is_closed():
    """Every state that asks for a face knows both answers, and every next state has a way on."""
    states = set(state for state, _ in TABLE)
    print("states", len(states), all(TABLE[row][0] in states for row in TABLE))
    print("answers", all((state, event) in TABLE for state in ASKS for event in ("face ok", "face not")))
    print("actions", all(hasattr(Session, "_" + TABLE[row][1]) for row in TABLE))


def run(folder):
    print(number_in(INSTRUCTOR), number_in(b"I123"), number_in(b""), number_in(b"X4510111122223333"))
    whole_morning(folder)
    periodic_and_mismatch(folder)
    wrong_role_cannot_sign_in(folder)
    no_time_no_sign_in(folder)
    key_waits_for_the_check(folder)
    power_cut(folder)
    table_is_closed()


run(sys.argv[1])
