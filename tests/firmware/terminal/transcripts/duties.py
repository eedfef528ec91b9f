"""Who is asked when, and what an ordered face check tells, on whichever interpreter runs this file."""

from firmware.terminal.chores import Chores
from firmware.terminal.identity import face_commands as fc
from firmware.terminal.identity.face import FaceAnswer
from firmware.terminal.identity.face_order import FaceOrder, name_for
from firmware.terminal.orders.settings_overlay import fault_of
from firmware.terminal.session.session import Session
from firmware.terminal.session.states import ASKS

START = 1789430400
SETTINGS = {"courses": {"2": 1212360000}, "face_check_min": 30, "face_recheck_s": 120, "pulses_per_km": 4000}
INSTRUCTOR = (0, 1, b"I4510111122223333")
TRAINEE = (0, 2, b"T4510987654321098")
OTHER = (0, 3, b"T4510987654321099")
STRANGER = (2, 65535, b"")
NOBODY = (4, 65535, b"")
FAULT = (6, 65535, b"")


class Recorder:
    seq = 0

    def next_seq(self):
        return self.seq + 1

    def write(self, kind, body):
        self.seq += 1

    def draft(self, values):
        pass

    def recovered(self):
        return None


class Vehicle:
    ignition = 1
    rpm = 1500
    pulses = 0


class Orders:
    """The order book as Chores sees it: one order of a face check."""

    def __init__(self):
        self.open = 0
        self.ended = []

    def opened(self, code):
        return self.open

    def finish(self, order, outcome, value):
        self.ended.append((order, "done" if outcome == 0 else "refused", value))
        self.open = 0


class Car:
    """Two people in training from START on; faces are what the module answers to each role."""

    def __init__(self):
        self.asked = []
        self.second = 0
        self.faces = {1: INSTRUCTOR, 2: TRAINEE}
        self.orders = Orders()
        self.stops = 0
        self.session = None
        self._app = self
        self.begin()
        self.press("I")
        self.press("2")
        self.asked = []

    def begin(self):
        self.session = Session(SETTINGS, Recorder(), self.ask, lambda *a: None, lambda: True, lambda: True)

    def ask(self, role):
        self.asked.append((self.second, role))

    def press(self, key):
        self.session.on_key(key, START + self.second, 0)
        self.answer()

    def answer(self):
        while self.session.state in ASKS:
            role = ASKS[self.session.state][0]
            self.session.on_face(self.faces[role], START + self.second, 0)

    def order(self, number, role):
        taken = self.session.order_face_check(role)
        if taken:
            self.orders.open = number
        return taken

    def run(self, until):
        while self.second < until:
            self.second += 1
            self.session.on_second(START + self.second, None, Vehicle)
            self.answer()
            Chores._end_checks(self)
            self.stops |= self.session.stops & 127


def everybody_in_his_own_time():
    car = Car()
    car.run(1740)
    print("ordered", car.order(1, 2))
    car.run(4000)
    print("  ", car.asked, "stops", car.stops, car.orders.ended)
    car = Car()
    car.run(100)
    for number in range(1, 8):
        car.order(number, 1)
        car.run(car.second + 600)
    print("an instructor who is asked often", car.asked, "stops", car.stops)


def no_rarer_than_the_judge_accepts():
    print("settable", [(minutes, fault_of("face_check_min", minutes)) for minutes in (4, 5, 30, 31, 240)])


def only_who_failed_is_asked_again():
    car = Car()
    car.faces[2] = STRANGER
    car.run(2000)
    print("trainee", car.asked)
    car.faces[2] = TRAINEE
    car.run(4000)
    print("   and back", car.asked[2:])


def the_gravest_outcome():
    for faces in (
        (INSTRUCTOR, TRAINEE),
        (INSTRUCTOR, STRANGER),
        (NOBODY, TRAINEE),
        (NOBODY, OTHER),
        (STRANGER, FAULT),
        (FAULT, FAULT),
    ):
        car = Car()
        car.faces = {1: faces[0], 2: faces[1]}
        for number, role in ((1, 0), (2, 1), (3, 2)):
            car.order(number, role)
            car.run(car.second + 5)
        print("instructor", faces[0][0], "trainee", faces[1][0], car.orders.ended)


def nobody_was_asked():
    car = Car()
    car.order(1, 2)
    car.press("O")
    car.run(5)
    print("the trainee has left", car.orders.ended, car.asked)
    car.order(2, 0)
    car.press("X")
    car.run(10)
    print("both have left", car.orders.ended)
    car = Car()
    car.order(1, 0)
    car.begin()
    car.run(5)
    print("the session began anew", car.orders.ended)


def one_at_a_time():
    car = Car()
    print("first", car.order(1, 2), "second", car.session.order_face_check(1))
    car.session.on_second(START + 1, None, Vehicle)
    print("  while asked", car.session.state, car.session.order_face_check(1))
    car.answer()
    print("  before it is told", car.session.state, car.session.order_face_check(1))
    Chores._end_checks(car)
    print("  told", car.orders.ended, car.order(2, 1))
    car.run(5)
    print("  ", car.orders.ended)


class Module:
    """A face module that may hold one name twice, and answers at once."""

    def __init__(self, faces):
        self.faces = faces
        self._answer = None

    def _say(self, command, outcome, face_id=65535, name=b""):
        self._answer = FaceAnswer(outcome, face_id, name, command, 0)
        return True

    def user(self, face_id, now_ms):
        if face_id in self.faces:
            return self._say(fc.GET_USER, fc.MATCH, face_id, self.faces[face_id])
        return self._say(fc.GET_USER, fc.UNKNOWN_FACE)

    def delete_one(self, face_id, now_ms):
        del self.faces[face_id]
        return self._say(fc.DELETE_ONE, fc.MATCH)

    def enroll(self, name, timeout_s, now_ms):
        if len(self.faces) >= 5:
            return self._say(fc.ENROLL_SINGLE, fc.FULL)
        face_id = max(self.faces) + 1
        self.faces[face_id] = name
        return self._say(fc.ENROLL_SINGLE, fc.MATCH, face_id)

    def poll(self, now_ms):
        answer, self._answer = self._answer, None
        return answer


def one_person_one_face():
    anna, boris = name_for(2, 5), name_for(1, 5)
    for begin in (FaceOrder.forget, FaceOrder.enroll):
        for faces in ((anna, boris, anna, anna), (boris,), (boris, anna), (anna, anna, anna, boris, boris)):
            module = Module({})
            for face_id, name in enumerate(faces):
                module.faces[face_id + 1] = name
            order = FaceOrder(module, 2, 5)
            begin(order, 0)
            result = None
            while result is None:
                result = order.step(0)
            left = [(face_id, str(module.faces[face_id][:1], "ascii")) for face_id in sorted(module.faces)]
            print("forget" if begin is FaceOrder.forget else "enroll", result, left)


for part in (
    everybody_in_his_own_time,
    no_rarer_than_the_judge_accepts,
    only_who_failed_is_asked_again,
    the_gravest_outcome,
    nobody_was_asked,
    one_at_a_time,
    one_person_one_face,
):
    part()
