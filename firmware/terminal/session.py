"""Turns keys, face answers and seconds into records, following the table in firmware.terminal.states.

A key pressed while a face is being checked waits until the check is over. A failed check stops the count
at once and is repeated soon; the count goes on when one succeeds. Why a second does not count:
firmware.terminal.counting.
"""

from firmware.terminal.counting import Counting, counts
from firmware.terminal.minute import MinuteBuilder
from firmware.terminal.session_records import BY_HAND, FORCED, IGNITION_OFF, SessionRecords, number_in
from firmware.terminal.states import (
    AFTER_RESTART,
    ASKS,
    CLOSE,
    DUE,
    DUE_INSTRUCTOR,
    DUE_TRAINEE,
    FACE_NOT,
    FACE_OK,
    INSTRUCTOR,
    KEY_IN,
    KEY_IN_LATE,
    ORDERED,
    PERIODIC,
    READY,
    SIGN_IN,
    TABLE,
    TRAINEE,
    TRAINING,
    WAITING,
)
from firmware.wire.records import ZERO_DIGEST

OTHER_PERSON = 1
RESUME_WITHIN_S = 1800
# A check that has been due for so long and is not over: the faces count as unseen.
OVERDUE_S = 60
NO_ORDER = -1


class Session:
    """The sessions of one terminal.

    ask_face(role) starts a check on the camera; take_photo() starts a photo without one and says whether
    it could; show(code, ...) writes to the screen; is_online() says whether the broker is connected. Time
    comes with every call.

    For the screen: state (see states), stops (bits of the present second), counted_s (seconds counted
    since the sign-in or the last restart), since_s (Unix second of the sign-in or restart), face_outcome
    (last face check's, -1 none yet), summary (trainee, minutes recorded, minutes counted, distance in
    metres of the last session, or None), log.trainee, log.instructor, log.course, log.minutes. For the
    app to set: outside (the car has left its ground).
    """

    def __init__(self, settings, recorder, ask_face, show, is_online, take_photo=None):
        self._courses = settings["courses"]
        self._check_s = settings["face_check_min"] * 60
        self._recheck_s = settings["face_recheck_s"]
        self._photo_s = settings.get("photo_min", 15) * 60
        self._off_out_s = settings.get("ignition_off_out_min", 150) * 60
        self._carry_s = settings.get("face_carry_min", 60) * 60
        self._ask_face = ask_face
        self._take_photo = take_photo
        self._show = show
        self._is_online = is_online
        self._counting = Counting()
        self.log = SessionRecords(recorder)
        self.minute = MinuteBuilder(settings["pulses_per_km"])
        self.state = READY
        self.stops = 0
        self.counted_s = 0
        self.since_s = 0
        self.face_outcome = -1
        self.summary = None
        self.outside = False
        self.ban_until_s = NO_ORDER
        self._last_s = 0
        self._due_s = 0
        self._photo_due_s = 0
        self._seen_s = 0
        self._off_s = 0
        self._failed = False
        self._moment = PERIODIC
        self._ordered = NO_ORDER
        self._key = None
        self._number = 0
        self._face_id = 0

    @property
    def in_training(self):
        """Whether a training session is open."""
        return self.log.number != 0

    @property
    def banned(self):
        """Whether training is forbidden now; ban_until_s says until when (0 open, -1 no ban)."""
        return self.ban_until_s != NO_ORDER

    def set_ban(self, on, until_utc_s=0):
        """The server forbids training until that second (0: until it says otherwise), or allows it again."""
        self.ban_until_s = until_utc_s if on else NO_ORDER

    def order_face_check(self, role):
        """The server wants a face check now: role 1 or 2, 0 both. False when nobody is there to be asked."""
        if not self.log.instructor or (role == TRAINEE and not self.log.number):
            return False
        self._ordered = role
        return True

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
                if self.banned:
                    self._show("banned", *_hours_minutes(self.ban_until_s))
                    return
                self.log.course = self._courses[key]
                if utc_s - self._seen_s > self._carry_s:
                    event = KEY_IN_LATE
        self._fire(event, utc_s, pulses)

    def _fire(self, event, utc_s, pulses):
        row = TABLE.get((self.state, event))
        if row is None:
            return
        self.state = row[0]
        getattr(self, "_" + row[1])(utc_s, pulses)

    def on_second(self, utc_s, epoch, vehicle):
        """A second has passed; epoch may be None."""
        if self.banned and self.ban_until_s and utc_s >= self.ban_until_s:
            self.set_ban(False)
        if self.log.number:
            self._count(utc_s, epoch, vehicle)
        if self.state not in ASKS and utc_s:
            self._plan(utc_s, vehicle)
        if self._key is not None and self.state not in ASKS:
            key = self._key
            self._key = None
            self.on_key(key, utc_s, vehicle.pulses)

    def _count(self, utc_s, epoch, vehicle):
        """The present second of the session: whether it counts, and into which minute."""
        positioned = epoch is not None and epoch.valid
        overdue = self._moment == AFTER_RESTART or utc_s > self._due_s + OVERDUE_S
        stops = self._counting.stops(vehicle, positioned, overdue, self.banned, self.outside)
        body = self.minute.on_second(utc_s, epoch, vehicle, stops)
        if body is not None:
            self.log.minute(body)
        going = counts(stops)
        if going:
            self.counted_s += max(utc_s - self._last_s, 0)
        self._last_s = utc_s
        if going != counts(self.stops) or (not going and stops & ~self.stops):
            self._show("counts" if going else "stop_%d" % _first(stops))
        self.stops = stops

    def _plan(self, utc_s, vehicle):
        """What comes by itself: the end after a long stop, ordered checks, periodic ones, photos."""
        if vehicle.ignition or not self.log.instructor:
            self._off_s = 0
        elif not self._off_s:
            self._off_s = utc_s
        elif utc_s - self._off_s >= self._off_out_s:
            self._off_s = 0
            self._fire(CLOSE, utc_s, vehicle.pulses)
            return
        if self._ordered != NO_ORDER:
            self._begin_ordered(utc_s, vehicle.pulses)
        elif self.state == TRAINING:
            if utc_s >= self._due_s:
                self._fire(DUE, utc_s, vehicle.pulses)
            elif utc_s >= self._photo_due_s:
                self._photo_due_s = utc_s + self._photo_s
                # Every so often a photo or a face check: where there is no camera, a check.
                if self._take_photo is None or not self._take_photo():
                    self._fire(DUE, utc_s, vehicle.pulses)

    def _begin_ordered(self, utc_s, pulses):
        role = self._ordered
        self._ordered = NO_ORDER
        if self._moment == PERIODIC:
            self._moment = ORDERED
        if self.state == WAITING or role == INSTRUCTOR:
            self._fire(DUE_INSTRUCTOR, utc_s, pulses)
        else:
            self._fire(DUE_TRAINEE if role == TRAINEE else DUE, utc_s, pulses)

    def on_photo(self, photo, size, utc_s, pulses):
        """The photo that take_photo began is kept under its digest, or (None, 0) it failed. A picture that
        shows nothing at all is covered: the faces are asked for at once."""
        if not self.log.number:
            return
        if photo is not None:
            self.log.photo(TRAINEE, PERIODIC, photo, size)
        if (photo is None or not size) and self.state == TRAINING:
            self._fire(DUE, utc_s, pulses)

    def on_face(self, answer, utc_s, pulses, photo=ZERO_DIGEST):
        """The face module answered the check that the present state asked for.

        answer: outcome, face_id and name first, as firmware.terminal.face gives it; photo: its digest.
        """
        if self.state not in ASKS:
            return
        role, moment = ASKS[self.state]
        outcome = answer[0]
        found_role, number = number_in(answer[2]) if outcome == 0 else (0, 0)
        expected = self.log.person(role)
        if outcome == 0 and (found_role != role or (expected and number != expected)):
            outcome = OTHER_PERSON
        in_session = moment == PERIODIC
        if in_session:
            moment = self._moment
        self.log.face_check(role, moment, number, outcome, answer[1], photo)
        self.face_outcome = outcome
        self._show("face_%d" % outcome)
        self._number = number
        self._face_id = answer[1]
        self._photo_due_s = utc_s + self._photo_s
        if outcome == 0 and role == INSTRUCTOR:
            self._seen_s = utc_s
        if in_session and self.log.number:
            self._counting.on_check(role, outcome)
            self._failed = self._failed or outcome != 0
        self._fire(FACE_OK if outcome == 0 else FACE_NOT, utc_s, pulses)

    def _ask(self, utc_s, pulses):
        role = ASKS[self.state][0]
        self._show("look_instructor" if role == INSTRUCTOR else "look_trainee")
        self._ask_face(role)

    def _nothing(self, utc_s, pulses):
        self._moment = PERIODIC
