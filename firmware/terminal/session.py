"""Turns keys, face answers and seconds into records, following the table in firmware.terminal.states.

A key pressed while a face is being checked waits until the check is over.
"""

from firmware.terminal.minute import MinuteBuilder
from firmware.terminal.states import (
    ASKS,
    DUE,
    FACE_NOT,
    FACE_OK,
    INSTRUCTOR,
    KEY_IN,
    READY,
    TABLE,
    TRAINEE,
    TRAINING,
)
from firmware.wire import fields, records

AFTER_RESTART = 5
PREFIX = {INSTRUCTOR: 73, TRAINEE: 84}
FACE_NONE = 65535
SCORE_NONE = 255
OTHER_PERSON = 1
RESUME_WITHIN_S = 1800


def number_in(name):
    """(role, number) from a face name such as b"T1234567890123456", or (0, 0)."""
    digits = name[1:17]
    if len(name) != 17 or not digits.isdigit():
        return 0, 0
    for role in PREFIX:
        if name[0] == PREFIX[role] and int(digits):
            return role, int(digits)
    return 0, 0


class Session:
    """Turns keys, face answers and seconds into records.

    ask_face(role) starts a check on the camera; show(code, ...) writes to the screen; is_online() says
    whether the broker is connected. Time comes with every call.
    """

    def __init__(self, settings, recorder, ask_face, show, is_online):
        self._courses = settings["courses"]
        self._check_s = settings["face_check_min"] * 60
        self._recheck_s = settings["face_recheck_s"]
        self._recorder = recorder
        self._ask_face = ask_face
        self._show = show
        self._is_online = is_online
        self.minute = MinuteBuilder(settings["pulses_per_km"])
        self.state = READY
        self._number = 0
        self._trainee = 0
        self._instructor = 0
        self._course = 0
        self._face_id = FACE_NONE
        self._minutes = 0
        self._start_m = 0
        self._due_s = 0
        self._failed = False
        self._resumed = False
        self._key = None
        self._answer_number = 0

    @property
    def in_training(self):
        """Whether a training session is open."""
        return self._number != 0

    def on_key(self, key, utc_s, pulses):
        """A key was pressed at utc_s."""
        if self.state in ASKS:
            self._key = key
            return
        if not utc_s:
            self._show("no_time")
            return
        event = key
        if key in self._courses:
            event = KEY_IN
            if (self.state, event) in TABLE:
                self._course = self._courses[key]
        self._fire(event, utc_s, pulses)

    def _fire(self, event, utc_s, pulses):
        row = TABLE.get((self.state, event))
        if row is None:
            return
        self.state = row[0]
        getattr(self, "_" + row[1])(utc_s, pulses)

    def on_second(self, utc_s, epoch, vehicle):
        """A second has passed; epoch may be None."""
        if self._number:
            body = self.minute.on_second(utc_s, epoch, vehicle)
            if body is not None:
                self._write_minute(body)
            if self.state == TRAINING and utc_s >= self._due_s:
                self._fire(DUE, utc_s, vehicle.pulses)
        if self._key is not None and self.state not in ASKS:
            key = self._key
            self._key = None
            self.on_key(key, utc_s, vehicle.pulses)

    def on_face(self, answer, utc_s, pulses):
        """The face module answered the check that the present state asked for: (outcome, face_id, name)."""
        if self.state not in ASKS:
            return
        role, moment = ASKS[self.state]
        outcome, face_id, name = answer
        found_role, number = number_in(name) if outcome == 0 else (0, 0)
        expected = self._expected(role, moment)
        if outcome == 0 and (found_role != role or (expected and number != expected)):
            outcome = OTHER_PERSON
        if self._resumed and moment == 2:
            moment = AFTER_RESTART
        self._recorder.write(
            fields.FACE_CHECK,
            {
                "session": self._number,
                "role": role,
                "moment": moment,
                "expected": expected,
                "matched": number,
                "outcome": outcome,
                "face_id": face_id,
                "score": SCORE_NONE,
                "photo": records.ZERO_DIGEST,
            },
        )
        self._show("face_%d" % outcome)
        self._answer_number = number
        self._face_id = face_id
        if outcome != 0 and moment in (2, AFTER_RESTART):
            self._failed = True
        self._fire(FACE_OK if outcome == 0 else FACE_NOT, utc_s, pulses)

    def _expected(self, role, moment):
        if moment == 1:
            return 0
        return self._instructor if role == INSTRUCTOR else self._trainee

    def _ask(self, utc_s, pulses):
        role = ASKS[self.state][0]
        self._show("look_instructor" if role == INSTRUCTOR else "look_trainee")
        self._ask_face(role)

    def _nothing(self, utc_s, pulses):
        pass

    def _sign_in(self, session, role, course):
        person = self._instructor if role == INSTRUCTOR else self._trainee
        self._recorder.write(
            fields.SIGN_IN,
            {
                "session": session,
                "role": role,
                "person": person,
                "instructor": self._instructor,
                "course": course,
                "face_id": self._face_id,
                "online": 1 if self._is_online() else 0,
            },
        )

    def _instructor_in(self, utc_s, pulses):
        self._instructor = self._answer_number
        self._sign_in(0, INSTRUCTOR, 0)
        self._show("instructor_in", self._instructor)

    def _trainee_in(self, utc_s, pulses):
        self._trainee = self._answer_number
        self._number = self._recorder.next_seq()
        self._sign_in(self._number, TRAINEE, self._course)
        self._minutes = 0
        self._start_m = self.minute.metres(pulses)
        self._due_s = utc_s + self._check_s
        self._failed = False
        self.minute.start(utc_s, pulses)
        self._show("trainee_in", self._trainee)

    def _checked(self, utc_s, pulses):
        self._due_s = utc_s + (self._recheck_s if self._failed else self._check_s)
        self._failed = False
        self._resumed = False

    def _write_minute(self, body):
        body["session"] = self._number
        body["trainee"] = self._trainee
        body["instructor"] = self._instructor
        body["course"] = self._course
        self._recorder.write(fields.MINUTE, body)
        self._minutes += 1

    def _trainee_out(self, utc_s, pulses):
        body = self.minute.finish()
        if body is not None:
            self._write_minute(body)
        self._sign_out(TRAINEE, self._trainee, pulses)
        self._show("trainee_out", self._minutes)
        self._number = 0

    def _sign_out(self, role, person, pulses):
        self._recorder.write(
            fields.SIGN_OUT,
            {
                "session": self._number,
                "role": role,
                "person": person,
                "how": 1,
                "minutes": self._minutes if self._number else 0,
                "distance_m": max(0, self.minute.metres(pulses) - self._start_m) if self._number else 0,
            },
        )

    def _trainee_out_then_ask(self, utc_s, pulses):
        self._trainee_out(utc_s, pulses)
        self._ask(utc_s, pulses)

    def _instructor_out(self, utc_s, pulses):
        self._sign_out(INSTRUCTOR, self._instructor, pulses)
        self._instructor = 0
        self._show("instructor_out")

    def resume(self, open_session, utc_s, pulses):
        """Go on with the open session that the journal showed, asking for both faces at once.

        open_session is the dict of firmware.terminal.resume.find_open. Too old a one is left unclosed.
        """
        if utc_s - open_session["utc_s"] > RESUME_WITHIN_S:
            return
        self._number = open_session["session"]
        self._trainee = open_session["trainee"]
        self._instructor = open_session["instructor"]
        self._course = open_session["course"]
        self._minutes = 0
        self._start_m = self.minute.metres(pulses)
        self.minute.start(utc_s, pulses)
        self._resumed = True
        self._show("resumed")
        self.state = TRAINING
        self._fire(DUE, utc_s, pulses)
