"""Face checks with a camera that is slower than the module, and with a folder that cannot be used."""

import binascii
import os
import sys

from firmware.terminal.identity import face_commands as fc
from firmware.terminal.identity.face_check import FaceCheck
from firmware.terminal.session.session import Session
from firmware.wire import fields, records

START = 1789430400
SETTINGS = {"courses": {"2": 1212360000}, "face_check_min": 30, "face_recheck_s": 120, "pulses_per_km": 4000}
NAMES = {1: b"I4510111122223333", 2: b"T4510987654321098"}
FACE_MS = 600
STEP_MS = 20


class Camera:
    """Each picture is another; bytes come at a rate. size 0: it keeps silent."""

    def __init__(self, size, bytes_per_ms):
        self.size = size
        self.rate = bytes_per_ms
        self.asked = 0
        self.since_ms = 0
        self.now_ms = 0
        self.sent = 0
        self.answer = b""

    def send(self, data):
        self.asked += 1
        self.since_ms = self.now_ms
        self.sent = 0
        if self.size:
            jpeg = b"\xff\xd8" + bytes([self.asked]) * (self.size - 4) + b"\xff\xd9"
            self.answer = b"J" + self.size.to_bytes(4, "big") + jpeg + binascii.crc32(jpeg).to_bytes(4, "big")

    def receive_into(self, buffer):
        there = min(len(self.answer), (self.now_ms - self.since_ms) * self.rate)
        count = min(len(buffer), there - self.sent)
        if count <= 0:
            return 0
        buffer[:count] = self.answer[self.sent : self.sent + count]
        self.sent += count
        return count


class Face:
    def __init__(self):
        self.role = 1
        self.stranger = False
        self.now_ms = 0
        self.due_ms = None

    def send(self, data):
        self.due_ms = self.now_ms + FACE_MS

    def receive_into(self, buffer):
        if self.due_ms is None or self.now_ms < self.due_ms:
            return 0
        self.due_ms = None
        result = bytes([fc.VERIFY, 8]) if self.stranger else bytes([fc.VERIFY, 0, 0, 1])
        name = b"" if self.stranger else NAMES[self.role] + bytes(32 - len(NAMES[self.role])) + bytes(2)
        data = fc.frame(fc.REPLY, result + name)
        buffer[: len(data)] = data
        return len(data)


class Board:
    def __init__(self, camera):
        self.face = Face()
        self.camera = camera

    def prompt(self, role):
        self.face.role = role


class Vehicle:
    pulses = 0
    rpm = 1500
    ignition = 1


class Car:
    def __init__(self, folder, camera):
        self.board = Board(camera)
        self.check = FaceCheck(self.board, {"face_timeout_s": 8, "photos": folder})
        self.folder = folder
        self.at_ms = 0
        self.seq = 0
        self.named = []
        self.session = self.new_session()

    def new_session(self):
        return Session(SETTINGS, self, self.ask, self.show, lambda: True, self.take)

    def ask(self, role):
        self.check.ask(role, self.at_ms, self.at_ms)

    def take(self):
        return self.check.take_photo(self.at_ms)

    def show(self, code, *numbers):
        if code in ("face_0", "face_2", "photo_failed"):
            print("  %d ms" % self.at_ms, code)

    def next_seq(self):
        return self.seq + 1

    def draft(self, values):
        pass

    def recovered(self):
        return None

    def write(self, kind, body):
        self.seq += 1
        if "photo" not in body:
            return
        header = {"kind": kind, "terminal": 7, "seq": self.seq, "prev": bytes(32), "boot": 1, "uptime_s": 0}
        header.update({"utc_s": START, "clock": 3})
        values = dict(body)
        values.update(header)
        records.encode(values)
        named = any(body["photo"])
        if named:
            self.named.append("".join(["%02x" % byte for byte in body["photo"]]) + ".jpg")
        who = "session %d role %d moment %d" % (body["session"], body["role"], body["moment"])
        print("  %d ms" % self.at_ms, fields.KIND_NAMES[kind], who, "photo" if named else "no photo")

    def run(self, until_ms, key=None):
        if key:
            self.session.on_key(key, START + self.at_ms // 1000, 0)
        while self.at_ms < until_ms:
            self.at_ms += STEP_MS
            self.board.face.now_ms = self.board.camera.now_ms = self.at_ms
            utc_s = START + self.at_ms // 1000
            self.check.step(self.session, utc_s, 0, self.at_ms, self.at_ms)
            if not self.at_ms % 1000:
                self.session.on_second(utc_s, None, Vehicle)
        return self

    def tell(self):
        there = [name for name in os.listdir(self.folder) if name.endswith(".jpg")]
        orphans = [name for name in there if name not in self.named]
        spare = self.check.store._spares()
        spares = len(spare) // 32
        print("  ", len(there), "photos,", len(orphans), "that no record names,", spares, "may go")


def day(car, stranger=False):
    """Sign-ins, an ordered check of both, sign-out of both: every picture that came whole is named."""
    car.run(5000, "I").run(10000, "2")
    car.session.order_face_check(0)
    car.board.face.stranger = stranger
    car.run(20000)
    car.board.face.stranger = False
    car.run(30000, "X").tell()


def main(folder):
    for number, (title, size, rate) in enumerate(
        (
            ("15 KB at 115200 baud", 15000, 11),
            ("a slow one", 20000, 8),
            ("a very slow one", 20000, 5),
            ("silent", 0, 1),
        )
    ):
        print(title)
        day(Car("%s/%d" % (folder, number), Camera(size, rate)))
    print("a stranger")
    day(Car(folder + "/s", Camera(20000, 8)), True)
    print("a photo without a check, then a question at once")
    car = Car(folder + "/p", Camera(15000, 6)).run(5000, "I").run(12000, "2")
    car.take()
    car.run(12500).run(18000, "O").tell()
    print("the journal fails while the picture comes: this one stays without a name")
    car = Car(folder + "/h", Camera(15000, 6)).run(200, "I")
    car.session = car.new_session()
    car.run(5000).run(9000, "I").tell()
    print("a folder that cannot be used")
    with open(folder + "/file", "wb") as target:
        target.write(b"?")
    car = Car(folder + "/file", Camera(3000, 11))
    for question in (lambda: car.ask(1), car.take):
        car.session.log.number = 5
        question()
        busy = car.check.camera.busy
        car.run(car.at_ms + 1000)
        print("  ", busy, car.check.camera.busy, car.check.camera_fault, car.check.camera.why)


main(sys.argv[1])
