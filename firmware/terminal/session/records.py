"""Who is signed in at this terminal, and the records that say so."""

from firmware.terminal.session.states import INSTRUCTOR, TRAINEE
from firmware.wire import fields

SCORE_NONE = 255
FACE_NONE = 65535
PREFIX = {INSTRUCTOR: 73, TRAINEE: 84}

BY_HAND = 1
IGNITION_OFF = 3
FORCED = 4
NO_ROOM = 28


def number_in(name):
    """(role, number) from a face name such as b"T1234567890123456", or (0, 0)."""
    digits = name[1:17]
    if len(name) != 17 or not digits.isdigit():
        return 0, 0
    for role in PREFIX:
        if name[0] == PREFIX[role] and int(digits):
            return role, int(digits)
    return 0, 0


class SessionRecords:
    """The people, the course and the session's numbers; writes SIGN_IN, SIGN_OUT, FACE_CHECK, MINUTE, PHOTO.

    number: the session (seq of the trainee's sign-in), 0 outside one. trainee, instructor: 16-digit
    numbers, 0 nobody. minutes: minute records made since the sign-in or, after it, the last restart; refused:
    those that a full journal did not take. checked: (session, role, moment) of the last face check.
    """

    def __init__(self, recorder):
        self._recorder = recorder
        self.number = 0
        self.trainee = 0
        self.instructor = 0
        self.course = 0
        self.minutes = 0
        self.refused = 0
        self.start_m = 0
        self.checked = None

    def person(self, role):
        """Who is signed in in that role, 0 nobody."""
        return self.instructor if role == INSTRUCTOR else self.trainee

    def adopt(self, open_session, odometer_m):
        """Go on with a session that the journal showed (see firmware.terminal.session.resume)."""
        self.number = open_session["session"]
        self.trainee = open_session["trainee"]
        self.instructor = open_session["instructor"]
        self.course = open_session["course"]
        self.minutes = 0
        self.start_m = odometer_m

    def instructor_in(self, person, face_id, online):
        """The instructor signs in."""
        self.instructor = person
        self._sign_in(INSTRUCTOR, 0, 0, face_id, online)

    def trainee_in(self, person, face_id, online, odometer_m):
        """The trainee signs in: the session begins."""
        self.trainee = person
        self.number = self._recorder.next_seq()
        self.minutes = 0
        self.start_m = odometer_m
        self._sign_in(TRAINEE, self.number, self.course, face_id, online)

    def _sign_in(self, role, session, course, face_id, online):
        body = {
            "session": session,
            "role": role,
            "person": self.person(role),
            "instructor": self.instructor,
            "course": course,
            "face_id": face_id,
            "online": 1 if online else 0,
        }
        self._recorder.write(fields.SIGN_IN, body)

    def face_check(self, role, moment, number, outcome, face_id, photo):
        """One face check: number was recognised (0 nobody); photo is 32 bytes, zeros for none."""
        body = {
            "session": self.number,
            "role": role,
            "moment": moment,
            "expected": self.person(role),
            "matched": number,
            "outcome": outcome,
            "face_id": face_id,
            "score": SCORE_NONE,
            "photo": photo,
        }
        self._recorder.write(fields.FACE_CHECK, body)
        self.checked = (self.number, role, moment)

    def photo(self, role, moment, photo, size, session=None):
        """A photo of size bytes without a face check, or too late for its own; session None: the present."""
        number = self.number if session is None else session
        body = {"session": number, "role": role, "moment": moment, "photo": photo, "size": size}
        self._recorder.write(fields.PHOTO, body)

    def minute(self, body):
        """A finished minute, as firmware.terminal.session.minute makes it."""
        body["session"] = self.number
        body["trainee"] = self.trainee
        body["instructor"] = self.instructor
        body["course"] = self.course
        try:
            self._recorder.write(fields.MINUTE, body)
        except OSError as error:
            if error.errno != NO_ROOM:
                raise
            # Identity events still have room: the session goes on, and health tells of the journal.
            self.refused += 1
            return
        self.minutes += 1

    def draft(self, values):
        """What the running minute has gathered, as firmware.terminal.session.minute says it."""
        values["session"] = self.number
        values["trainee"] = self.trainee
        values["instructor"] = self.instructor
        values["course"] = self.course
        self._recorder.draft(values)

    def recovered(self):
        """This session's minute that a power cut interrupted (Journal.recovered), or None."""
        found = self._recorder.recovered()
        return found if found is not None and found["session"] == self.number else None

    def end_recovered(self):
        """Record the interrupted minute of a session that nobody goes on with."""
        if self.recovered() is not None and self._recorder.write_recovered():
            self.minutes += 1

    def trainee_out(self, how, odometer_m):
        """The trainee signs out: the session ends. Returns its wheel metres."""
        distance_m = max(0, odometer_m - self.start_m)
        self._sign_out(TRAINEE, how, distance_m)
        self.number = 0
        self.trainee = 0
        self.course = 0
        return distance_m

    def instructor_out(self, how):
        """The instructor signs out."""
        self._sign_out(INSTRUCTOR, how, 0)
        self.instructor = 0

    def _sign_out(self, role, how, distance_m):
        body = {
            "session": self.number,
            "role": role,
            "person": self.person(role),
            "how": how,
            "minutes": self.minutes if self.number else 0,
            "distance_m": distance_m,
        }
        self._recorder.write(fields.SIGN_OUT, body)
