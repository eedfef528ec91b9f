"""A terminal's day in the small, on a flash that can lose power; runs on both interpreters.

Sign-ins, minutes with drafts, receipts, diagnostics and, when receipts stay away, a flash that fills until
minutes are thinned. tests.firmware.terminal.journal_cuts cuts its power.
"""

from firmware.terminal.journal.journal import Journal
from firmware.terminal.journal.recorder import Recorder
from firmware.terminal.session.minute import MinuteBuilder
from firmware.wire import fields

START_S = 1789430400
IDS = {"session": 1, "trainee": 5, "instructor": 6, "course": 1212360000}


class Clock:
    utc_s = 0
    quality = 3

    def uptime_s(self):
        return self.utc_s - START_S if self.utc_s else 0


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


def lat_e7(utc_s):
    """Where the car is at that second."""
    return 457000000 + utc_s % 600 * 150 + utc_s * 37 % 41


class Play:
    """One terminal: second() lets a second pass.

    confirmed: digest by seq of what append() took. trace: the seconds with a fix that records or drafts must
    hold, those of the newest kept_s.
    """

    kept_s = 1 << 30

    def __init__(self, flash, second=0, boot=1, journal=None):
        self.flash = flash
        self.second_s = second
        self.journal = journal or Journal(flash)
        self.clock = Clock()
        self.recorder = Recorder(7, boot, self.journal, self.clock)
        self.vehicle = Vehicle()
        self.epoch = Epoch()
        self.minute = MinuteBuilder(4000)
        self.session = 0
        self.confirmed = {}
        self.trace = set()

    def write(self, kind, body):
        body.update(IDS)
        body["session"] = self.session
        seq = self.recorder.write(kind, body)
        if self.journal.durable_seq >= seq:
            self.confirmed[seq] = self.journal.head

    def sign_in(self):
        self.session = self.journal.next_seq
        self.write(fields.SIGN_IN, {"role": 2, "person": 5, "face_id": 1, "online": 0})
        self.minute.start(START_S + self.second_s, self.vehicle.pulses)

    def sign_out(self):
        body = self.minute.finish()
        if body is not None:
            self.write(fields.MINUTE, body)
        else:
            self.leave((START_S + self.second_s - 1) // 60)
        out = {"role": 2, "person": 5, "how": 1, "minutes": 1, "distance_m": 1}
        self.write(fields.SIGN_OUT, out)
        self.session = 0

    def leave(self, minute):
        """The seconds of this minute were too few for a record."""
        for utc_s in range(minute * 60, minute * 60 + 60):
            self.trace.discard(utc_s)

    def check(self):
        self.write(
            fields.FACE_CHECK,
            {
                "role": 2,
                "moment": 2,
                "expected": 5,
                "matched": 5,
                "outcome": 0,
                "face_id": 1,
                "score": 255,
                "photo": bytes(32),
            },
        )

    def diagnostic(self):
        self.recorder.write(fields.DIAGNOSTIC, {"code": 3, "state": 1, "value": self.second_s})

    def second(self, speed=150):
        """A second of training, or of waiting."""
        utc_s = START_S + self.second_s
        self.clock.utc_s = self.epoch.utc_s = utc_s
        self.vehicle.pulses += 17
        self.epoch.lat_e7 = lat_e7(utc_s)
        self.epoch.lon_e7 -= speed * 2 + (utc_s * 53 % 59) - 29
        self.epoch.hdop_fifth = 4 + utc_s // 9 % 3
        if self.session:
            body = self.minute.on_second(utc_s, self.epoch, self.vehicle)
            if body is not None:
                self.write(fields.MINUTE, body)
            elif utc_s % 60 == 0:
                self.leave(utc_s // 60 - 1)
            self.trace.add(utc_s)
            self.trace.discard(utc_s - self.kept_s)
            draft = self.minute.draft()
            if draft is not None:
                draft.update(IDS)
                draft["session"] = self.session
                self.recorder.draft(draft)
        self.recorder.step(self.second_s * 1000)
        self.second_s += 1

    def seconds(self, count, speed=150):
        for _ in range(count):
            self.second(speed)

    def receipts(self, behind=0, save=True):
        self.journal.free_through(self.journal.next_seq - 1 - behind)
        if save:
            self.journal.save_through()


def scenario(play, look):
    """Everything a journal can go through: sessions, sector changes, receipts, erasing, thinning.

    look(closely): whether what comes now is to be swept at every byte.
    """
    play.diagnostic()
    play.sign_in()
    play.seconds(65)
    play.check()
    look(False)
    play.seconds(80)
    look(True)
    play.receipts()
    play.sign_out()
    play.seconds(5)
    # A session too short for a minute, then one in the same minute, at road speed.
    play.sign_in()
    play.seconds(12)
    play.sign_out()
    look(False)
    play.sign_in()
    play.seconds(200, 1500)
    play.diagnostic()
    play.seconds(30)
    look(True)
    play.receipts(1)
    look(False)
    # No network: the flash fills, the oldest minutes are thinned.
    for _ in range(17):
        play.seconds(120)
        play.check()
    look(True)
    play.seconds(70)
    play.check()
    look(False)
    play.seconds(125)
    # The network is back.
    play.receipts()
    for turn in range(7):
        look(turn == 6)
        play.seconds(120)
        # Nobody but the journal itself sees to it that they are remembered.
        play.receipts(0, False)
    look(False)
    play.sign_out()
