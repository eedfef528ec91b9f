"""The whole app on a board in memory: a morning by NMEA and face frames, a power cut, a cold start."""

import gc
import sys

if hasattr(gc, "threshold"):
    # As firmware.main does.
    gc.threshold(16384)

from firmware.boards.unix_flash import FileFlash
from firmware.terminal.app import RESET_SOFT, App
from firmware.terminal.identity.face_commands import frame
from firmware.wire import fields, records

START = 1789430400
KEY = bytes(range(32))
SETTINGS = {
    "terminal": 7,
    "username": "",
    "password": "",
    "keepalive_s": 60,
    "courses": {"2": 1212360000},
    "face_check_min": 15,
    "face_recheck_s": 120,
    "face_timeout_s": 8,
    "pulses_per_km": 4000,
    "gnss_floor_s": 1577836800,
    "utc_offset_min": 480,
    "language": "both",
    "fence_margin_m": 10,
}


def sentence(body):
    check = 0
    for byte in body.encode():
        check ^= byte
    return ("$%s*%02X\r\n" % (body, check)).encode()


def epoch(second, status="A"):
    hms = "%02d%02d%02d.00" % (second // 3600, second // 60 % 60, second % 60)
    quality = "1" if status == "A" else "0"
    place = "4542.00000,N,12636.00000,E" if status == "A" else ",,,"
    return (
        sentence("GNRMC,%s,%s,%s,8.1,90.0,150926,,,A" % (hms, status, place))
        + sentence("GNGGA,%s,%s,%s,14,0.8,120.0,M,5.0,M,," % (hms, place, quality))
        + sentence("GNGSA,A,3,01,02,03,04,,,,,,,,,1.5,0.8,1.2")
    )


NO_TIME = (
    sentence("GNRMC,,V,,,,,,,,,,N") + sentence("GNGGA,,,,,,0,,,,,,,,") + sentence("GNGSA,A,1" + "," * 15)
)


class Port:
    def __init__(self):
        self.coming = b""
        self.sent = b""

    def receive_into(self, buffer):
        count = min(len(buffer), len(self.coming))
        buffer[:count] = self.coming[:count]
        self.coming = self.coming[count:]
        return count

    def send(self, data):
        self.sent += bytes(data)


class FacePort(Port):
    """A module that is well: it answers a reset, a question for its status, and a face check."""

    name = b""

    def send(self, data):
        command = bytes(data)[2]
        if command == 0x10:
            self.coming = frame(0, b"\x10\x00")
        elif command == 0x11:
            self.coming += frame(0, b"\x11\x00\x00")
        elif command == 0x12:
            self.coming += frame(0, b"\x12\x00\x00\x05" + self.name + bytes(15) + b"\x00\x00")


class Pins:
    pulses = 0
    rpm = 1500
    ignition = 1
    key = None
    pressed = None
    answered = True

    def sample(self):
        self.pulses += 20
        self.key = self.pressed
        self.pressed = None


class Flash(FileFlash):
    """The journal's flash, which can fail for a while."""

    failing = False

    def program(self, at, data):
        if self.failing:
            # Not "no room" (28): that refuses minutes and lets the session go on.
            raise OSError(5, "flash")
        FileFlash.program(self, at, data)


class MemoryBoard:
    name = "memory"
    stage_is_free = True
    stage_before = 0
    factor = 1
    cable = None
    camera = None

    def __init__(self, folder):
        self.flash = None
        self.folder = folder
        self.gnss = Port()
        self.face = FacePort()
        self.vehicle = Pins()
        self.ms = 0
        self.lines = []

    def open_flash(self):
        self.flash = Flash(self.folder + "/journal.bin", 64 * 4096)
        return self.flash

    def open_display(self):
        return None

    def rtc_s(self):
        return 0

    def set_rtc(self, utc_s):
        pass

    def keep_stage(self, stage):
        pass

    def feed(self):
        pass

    def print_line(self, text):
        self.lines.append(text)

    def ticks_ms(self):
        return self.ms

    def real_ms(self):
        return self.ms

    def wait(self):
        self.ms += 1000

    def gnss_idle_ms(self):
        return 0

    def silent(self):
        return False

    def prompt(self, role):
        self.face.name = b"I4510111122223333" if role == 1 else b"T4510987654321098"

    def open_stream(self):
        raise OSError("no network")

    def random_below(self, limit):
        return 0

    def patience_ms(self, seconds):
        return seconds * 1000


def told(app, first):
    for seq in range(first, app.journal.next_seq):
        values = records.decode(app.journal.read_from(seq, 1, 9999)[0])
        line = [fields.KIND_NAMES[values["kind"]], values["utc_s"] - START if values["utc_s"] else None]
        for name in (
            "boot",
            "clock",
            "session",
            "reset_cause",
            "unreceipted",
            "moment",
            "outcome",
            "code",
            "state",
        ):
            if name in values:
                line.append((name, values[name]))
        if "fixes" in values:
            line.append(("fixes", len(values["fixes"]), values["wheel_m"]))
        print(" ", line)


def run(app, board, nmea, keys):
    for index, data in enumerate(nmea):
        board.gnss.coming += data
        board.vehicle.pressed = keys.get(index)
        app.step()


def morning():
    for _ in range(3):
        yield NO_TIME
    for second in range(200):
        yield epoch(second)


def cold_start():
    for _ in range(20):
        yield NO_TIME
    for second in range(240, 245):
        yield epoch(second, "V")


def steady(first, last, status="A"):
    for second in range(first, last):
        yield epoch(second, status)


def full_medium(folder):
    """The medium takes nothing for a while in mid-session: said so, and the session goes on afterwards."""
    settings = dict(SETTINGS, keep=folder + "/k_keep")
    board = MemoryBoard(folder + "/k")
    app = App(board, settings, KEY)
    run(app, board, steady(0, 130), {10: "I", 20: "2"})
    journal = app.journal
    board.flash.failing = True
    run(app, board, steady(130, 250), {})
    first = journal.next_seq
    print("full", first, app.session.in_training, any("cannot be written" in line for line in board.lines))
    board.flash.failing = False
    run(app, board, steady(250, 330), {70: "X"})
    told(app, first)
    app.close()


def no_room():
    raise OSError(28)


class DeadPort:
    coming = b""

    def receive_into(self, buffer):
        raise OSError(5)

    def send(self, data):
        raise OSError(5)


def ports_go_away(folder):
    """Face module and pins vanish: the terminal goes on and says so by records."""
    settings = dict(SETTINGS, keep=folder + "/p_keep")
    board = MemoryBoard(folder + "/p")
    app = App(board, settings, KEY)
    run(app, board, steady(0, 60), {10: "I", 20: "2"})
    first = app.journal.next_seq
    board.face = DeadPort()
    board.vehicle.sample = no_room
    run(app, board, steady(60, 1000), {})
    told(app, first)
    app.close()


def main(folder):
    mornings(folder)
    full_medium(folder)
    ports_go_away(folder)


def mornings(folder):
    settings = dict(SETTINGS, keep=folder + "/j_keep")
    board = MemoryBoard(folder + "/j")
    app = App(board, settings, KEY)
    run(app, board, morning(), {1: "I", 10: "I", 20: "2"})
    print("a morning")
    told(app, 1)
    for line in board.lines[:6]:
        print(" ", line)
    first = app.journal.next_seq
    app.close()
    board = MemoryBoard(folder + "/j")
    app = App(board, settings, KEY, RESET_SOFT)
    print("cold start")
    run(app, board, cold_start(), {})
    print("  in training", app.session.in_training)
    run(app, board, (epoch(s) for s in range(245, 330)), {80: "X"})
    told(app, first)
    print("  in training", app.session.in_training)


main(sys.argv[1])
