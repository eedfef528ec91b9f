"""What a power cut leaves of a session, on whichever interpreter runs this file: how long it was, what had
been counted, and a clock that does not go back."""

import sys

from firmware.terminal.clock import Clock
from firmware.terminal.journal.journal import Journal
from firmware.terminal.journal.recorder import Recorder
from firmware.terminal.keep import Keep
from firmware.terminal.session.resume import find_open, last_header
from firmware.terminal.session.session import Session
from firmware.wire import fields, records
from tests.firmware.terminal.fake_flash import FakeFlash

START = 1789430400
INSTRUCTOR = (0, 1, b"I4510111122223333")
TRAINEE = (0, 2, b"T4510987654321098")
SETTINGS = {"courses": {"2": 1212360000}, "face_check_min": 30, "face_recheck_s": 120, "pulses_per_km": 4000}
QUIET = {"code": 3, "state": 1, "value": 0}


class Vehicle:
    pulses = 0
    rpm = 1500
    ignition = 1


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
    """A terminal's inner parts on a flash that outlives them; cut() is another boot of the same car."""

    def __init__(self, folder):
        self.flash = FakeFlash(64 * 4096)
        self.keep = Keep(folder)
        self.said = []
        self.ms = 0
        self.boot = 0
        self.cut()

    def cut(self, rtc_s=0):
        self.boot += 1
        self.journal = Journal(self.flash)
        self.clock = Clock(lambda: self.ms, lambda: False)
        last = last_header(self.journal)
        if last is not None:
            self.clock.not_before(last["utc_s"])
        self.clock.on_rtc(rtc_s)
        self.recorder = Recorder(7, self.boot, self.journal, self.clock)
        self.asked = []
        self.session = Session(
            SETTINGS, self.recorder, self.asked.append, self.show, lambda: True, None, self.keep
        )
        self.session.to_resume = find_open(self.journal, self.keep)
        self.vehicle = Vehicle()
        self.epoch = Epoch()

    def show(self, code, *numbers):
        if not code.startswith("look") and not code.startswith("face"):
            self.said.append((code,) + numbers)

    def second(self, utc_s, key=None):
        """A second that the satellites call utc_s."""
        self.ms += 1000
        session = self.session
        self.vehicle.pulses += 40
        self.epoch.utc_s = utc_s
        if not self.clock.on_epoch(utc_s, True, session.in_training):
            return
        now_s = self.clock.utc_s
        if session.to_resume is not None and now_s:
            session.resume(session.to_resume, now_s, self.vehicle.pulses)
        if self.asked:
            role = self.asked.pop()
            session.on_face(INSTRUCTOR if role == 1 else TRAINEE, now_s, self.vehicle.pulses)
        session.on_second(now_s, self.epoch, self.vehicle)
        if key:
            session.on_key(key, now_s, self.vehicle.pulses)

    def run(self, first, last, keys=None, step=1):
        for second in range(first, last, step):
            self.second(START + second, keys.get(second) if keys else None)

    def told(self, first, kinds):
        for seq in range(first, self.journal.next_seq):
            values = records.decode(self.journal.read_from(seq, 1, 9999)[0])
            if values["kind"] in kinds:
                line = [fields.KIND_NAMES[values["kind"]], values["utc_s"] - START]
                for name in ("role", "minute", "counted_s", "how", "minutes", "distance_m"):
                    if name in values:
                        line.append((name, values[name] - (START // 60 if name == "minute" else 0)))
                print("  ", *line)


def waiting(folder):
    """The instructor waits for an hour without a record; then the power is away for so long."""
    for cut_s in (2, 1500, 1800, 2500, 9000):
        car = Car("%s/w%d" % (folder, cut_s))
        car.run(0, 30, {10: "I"})
        car.run(30, 3600, None, 5)
        before = car.journal.next_seq
        car.cut()
        car.said = []
        car.run(3600 + cut_s, 3605 + cut_s)
        print("waiting, away for", cut_s, "s:", car.session.state, car.said, car.journal.next_seq - before)


def in_training(folder):
    """Drafts tell to ten seconds how long the power was away."""
    for cut_s in (2, 1790, 1815):
        car = Car("%s/t%d" % (folder, cut_s))
        car.run(0, 400, {10: "I", 20: "2"})
        car.cut()
        car.said = []
        car.run(400 + cut_s, 402 + cut_s)
        print("training, away for", cut_s, "s:", car.said)


def a_second_cut_does_not_shorten_the_first(folder):
    car = Car(folder + "/b")
    car.run(0, 100, {10: "I", 20: "2"})
    car.cut()
    car.clock.on_epoch(START + 8000, True, False)
    # The boot record is written, and the power goes again before the session is ended.
    car.recorder.write(fields.DIAGNOSTIC, QUIET)
    car.journal.flush()
    car.cut()
    car.said = []
    car.run(8010, 8012)
    print("cut again", car.said)


def many_records_say_nothing(folder):
    car = Car(folder + "/m")
    car.run(0, 100, {10: "I", 20: "2", 60: "O"})
    for _ in range(150):
        car.recorder.write(fields.DIAGNOSTIC, QUIET)
    car.journal.flush()
    car.cut()
    found = car.session.to_resume
    print("150 diagnostics later", found["instructor"], found["session"])
    car.run(110, 120)
    car.session.log.instructor_out(1)
    for _ in range(150):
        car.recorder.write(fields.DIAGNOSTIC, QUIET)
    car.journal.flush()
    car.cut()
    print("signed out", car.session.to_resume)


def what_was_counted(folder):
    """The screen goes on counting; the record's minutes and metres are those since the restart."""
    car = Car(folder + "/c")
    car.run(0, 330, {10: "I", 20: "2"})
    print("counted", car.session.counted_s)
    car.cut()
    car.said = []
    car.run(340, 460)
    print("cut", car.session.counted_s, car.session.log.minutes)
    car.cut()
    first = car.journal.next_seq
    car.run(530, 700, {690: "O"})
    print("cut", car.session.counted_s, car.session.summary, car.said[-1])
    car.told(first, (fields.MINUTE, fields.SIGN_OUT))


def time_goes_back(folder):
    """The receiver was an hour ahead for a while; after a restart it and the RTC tell the true time."""
    for ahead_s in (3500, 40):
        for rtc_s in (0, START + 250):
            car = Car("%s/g%d%d" % (folder, ahead_s, rtc_s))
            car.run(0, 60, {10: "I", 20: "2"})
            car.run(60 + ahead_s, 245 + ahead_s)
            stamp = car.clock.utc_s - START
            car.cut(rtc_s)
            first = car.journal.next_seq
            car.run(250, 500, {480: "O"})
            mapping = car.clock.take_mapping()
            true_s = mapping["true_s"] - START if mapping else None
            print("ahead", ahead_s, "rtc", rtc_s != 0, "stamp", stamp, "true", true_s)
            car.told(first, (fields.MINUTE, fields.SIGN_OUT))
            car.run(500, 540)
            print("   after the session", car.clock.utc_s - START)


def the_server_knows(folder):
    car = Car(folder + "/s")
    car.run(0, 300, {10: "I", 20: "2"})
    car.cut()
    car.clock.on_server_time(START + 100, car.session.in_training)
    print("server", car.clock.utc_s - START)


for part in (
    waiting,
    in_training,
    a_second_cut_does_not_shorten_the_first,
    many_records_say_nothing,
    what_was_counted,
    time_goes_back,
    the_server_knows,
):
    part(sys.argv[1])
