"""Turns keys, face answers and seconds into records, following the table in firmware.terminal.session.states.

A key pressed while a face is being checked waits until the check is over. A failed check stops the count
at once and is repeated soon; the count goes on when one succeeds. Why a second does not count:
firmware.terminal.session.counting.
"""

from firmware.terminal.session.counting import Counting, counts, tell
from firmware.terminal.session.duties import LIFE_S, NONE, PHOTO, Duties
from firmware.terminal.session.minute import MinuteBuilder
from firmware.terminal.session.records import BY_HAND, FORCED, IGNITION_OFF, SessionRecords, number_in
from firmware.terminal.session.states import (
    ASKS,
    DUE,
    FACE_NOT,
    FACE_OK,
    INSTRUCTOR,
    KEY_IN,
    KEY_IN_LATE,
    PERIODIC,
    READY,
    SIGN_IN,
    SIGN_OUT,
    TABLE,
    TRAINEE,
    TRAINING,
    WAITING,
)
from firmware.wire.records import ZERO_DIGEST

OTHER_PERSON = 1
# A longer power cut ends a session.
RESUME_WITHIN_S = 1800


class Session:
    """The sessions of one terminal.

    ask_face(role) starts a check on the camera; show(code, ...) writes to the screen; is_online() says
    whether the broker is connected; take_photo() begins a photo without a check and says whether it
    could; keep (or None) keeps the time while an instructor waits. Time comes with every call.

    For the screen: state (see states), stops (bits of the present second), counted_s (seconds counted
    since the sign-in), face_outcome (the last face check's, -1 before), summary of the last session (trainee,
    minutes recorded, minutes counted, metres) or None; log.trainee, log.instructor, log.course, log.minutes;
    duties.ban_until_s. The app sets outside: the car has left its ground; and to_resume: what was open before
    the start, until resume() goes on with it.
    """

    def __init__(self, settings, recorder, ask_face, show, is_online, take_photo=None, keep=None):
        self._courses = settings["courses"]
        self._utc_offset_s = settings.get("utc_offset_min", 480) * 60
        self._ask_face = ask_face
        self._take_photo = take_photo
        self._before = (0, 0)
        self._show = show
        self._is_online = is_online
        self._counting = Counting()
        self.duties = Duties(settings, keep)
        self.log = SessionRecords(recorder)
        self.minute = MinuteBuilder(settings["pulses_per_km"])
        self.state = READY
        self.stops = 0
        self.counted_s = 0
        self.face_outcome = -1
        self.summary = None
        self.outside = False
        self.to_resume = None
        self._last_s = 0
        self._key = None
        self._number = 0
        self._face_id = 0

    @property
    def in_training(self):
        """Whether a training session is open, be it one that has still to go on after a restart."""
        return self.log.number != 0 or (self.to_resume is not None and self.to_resume["session"] != 0)

    def set_ban(self, on, until_utc_s=0):
        """The server forbids training until that second (0: until it says otherwise), or allows it again."""
        self.duties.ban_until_s = until_utc_s if on else NONE

    def order_face_check(self, role):
        """The server wants a face check now: role 1 or 2, 0 both. False when nobody is there to be asked, or
        while another ordered one goes on."""
        if not self.log.instructor or (role == TRAINEE and not self.log.number):
            return False
        return self.duties.order_check(role)

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
                if self.duties.ban_until_s != NONE:
                    self._tell_ban()
                    return
                self.log.course = self._courses[key]
                if self.duties.long_unseen(utc_s):
                    event = KEY_IN_LATE
        self._fire(event, utc_s, pulses)

    def _tell_ban(self):
        until_s = self.duties.ban_until_s
        if not until_s:
            self._show("ban")
            return
        from firmware.terminal.civil import civil

        self._show("ban_until", *civil(until_s + self._utc_offset_s)[1:5])

    def _fire(self, event, utc_s, pulses):
        row = TABLE.get((self.state, event))
        if row is None:
            return
        self.state = row[0]
        getattr(self, "_" + row[1])(utc_s, pulses)

    def on_second(self, utc_s, epoch, vehicle):
        """A second has passed; epoch may be None."""
        if self.log.number:
            self._count(utc_s, epoch, vehicle)
        if self.state not in ASKS and utc_s:
            event = self.duties.next(utc_s, self.state, vehicle, self.log.instructor)
            if event == PHOTO and self._take_photo is not None and self._take_photo():
                event = None
            if event is not None:
                # Where no photo can be taken, a check of the faces stands in for it.
                self._fire(DUE if event == PHOTO else event, utc_s, vehicle.pulses)
        if self._key is not None and self.state not in ASKS:
            key = self._key
            self._key = None
            self.on_key(key, utc_s, vehicle.pulses)

    def _count(self, utc_s, epoch, vehicle):
        """The present second of the session: whether it counts, and into which minute."""
        duties = self.duties
        positioned = epoch is not None and epoch.valid
        banned = duties.ban_until_s != NONE
        stops = self._counting.stops(vehicle, positioned, duties.overdue(utc_s), banned, self.outside)
        body = self.minute.on_second(utc_s, epoch, vehicle, stops)
        if body is not None:
            self.log.minute(body)
        draft = self.minute.draft()
        if draft is not None:
            self.log.draft(draft)
        if counts(stops):
            self.counted_s += max(utc_s - self._last_s, 0)
            if not counts(self.stops):
                self._show("counting")
        else:
            tell(stops & ~self.stops, self._show)
        self._last_s = utc_s
        self.stops = stops

    def on_photo(self, photo, size, plain, utc_s, pulses):
        """The photo that take_photo() began: its digest and bytes, or None when it failed. A plain one
        shows nothing: the camera is covered. Either way the faces are asked for at once."""
        if not self.log.number:
            return
        if photo is None:
            self._show("photo_failed")
        else:
            self.log.photo(TRAINEE, PERIODIC, photo, size)
        if plain or photo is None:
            self._fire(DUE, utc_s, pulses)

    def on_face(self, answer, utc_s, pulses, photo=ZERO_DIGEST):
        """The face module answered the check that the present state asked for: answer begins with outcome,
        face_id and name; photo is the digest of the picture, zeros for none. True when the picture shows
        only what was expected in mid-session, so that it may go when room is short."""
        if self.state not in ASKS:
            return False
        role, moment = ASKS[self.state]
        outcome = answer[0]
        found_role, number = number_in(answer[2]) if outcome == 0 else (0, 0)
        expected = self.log.person(role)
        if outcome == 0 and (found_role != role or (expected and number != expected)):
            outcome = OTHER_PERSON
        if moment == PERIODIC:
            moment = self.duties.moment
            self._counting.on_check(role, outcome)
        self.log.face_check(role, moment, number, outcome, answer[1], photo)
        self.face_outcome = outcome
        self._show("face_%d" % outcome)
        self._number = number
        self._face_id = answer[1]
        self.duties.on_face(role, outcome, moment, utc_s)
        self._fire(FACE_NOT if outcome else FACE_OK, utc_s, pulses)
        return outcome == 0 and moment != SIGN_IN and moment != SIGN_OUT

    def _ask(self, utc_s, pulses):
        role = ASKS[self.state][0]
        self._show("look_instructor" if role == INSTRUCTOR else "look_trainee")
        self._ask_face(role)

    def _nothing(self, utc_s, pulses):
        pass

    def _instructor_in(self, utc_s, pulses):
        self.log.instructor_in(self._number, self._face_id, self._is_online())
        self._show("instructor_in", self._number)

    def _trainee_in(self, utc_s, pulses):
        self.log.trainee_in(self._number, self._face_id, self._is_online(), self.minute.metres(pulses))
        self._begin(utc_s, pulses)
        self.duties.start(utc_s)
        self._show("trainee_in", self._number)

    def _begin(self, utc_s, pulses):
        self._counting.start()
        self.minute.start(utc_s, pulses)
        self.counted_s = 0
        self._before = (0, 0)
        self.stops = 0
        self._last_s = utc_s - 1

    def _checked(self, utc_s, pulses):
        self.duties.moment = PERIODIC

    def _trainee_out(self, utc_s, pulses, how=BY_HAND):
        body = self.minute.finish()
        if body is not None:
            self.log.minute(body)
        trainee = self.log.trainee
        distance_m = self.log.trainee_out(how, self.minute.metres(pulses))
        minutes = self._before[0] + self.log.minutes
        self.summary = (trainee, minutes, self.counted_s // 60, self._before[1] + distance_m)
        self._show("trainee_out", minutes)

    def _trainee_out_then_ask(self, utc_s, pulses):
        self._trainee_out(utc_s, pulses)
        self._ask(utc_s, pulses)

    def _instructor_out(self, utc_s, pulses):
        self.log.instructor_out(BY_HAND)
        self._show("instructor_out")

    def _close(self, utc_s, pulses):
        """The ignition has been off too long: the trainee is signed out, then the instructor."""
        if self.log.number:
            self._trainee_out(utc_s, pulses, IGNITION_OFF)
        self.log.instructor_out(IGNITION_OFF)
        self._show("instructor_left")

    def resume(self, open_session, utc_s, pulses):
        """Go on with what the journal showed to be open, asking for both faces at once.

        open_session is the dict of session.resume.find_open; its session may be 0 when only the
        instructor was signed in. After a power cut longer than RESUME_WITHIN_S all are signed out as forced.
        """
        self.to_resume = None
        self.log.adopt(open_session, self.minute.metres(pulses))
        if utc_s - open_session["utc_s"] > RESUME_WITHIN_S + (0 if self.log.number else LIFE_S):
            if self.log.number:
                self.log.end_recovered()
                self.log.trainee_out(FORCED, self.log.start_m)
            self.log.instructor_out(FORCED)
            self._show("left_open")
            return
        if not self.log.number:
            # His face is asked for again before the next trainee: nobody has seen it since the restart.
            self.state = WAITING
            self._show("instructor_still", self.log.instructor)
            return
        self._begin(utc_s, pulses)
        self.counted_s = open_session["counted_s"]
        metres = open_session["wheel_m"]
        recovered = self.log.recovered()
        if recovered is not None:
            self.counted_s += recovered["counted_s"]
            metres += recovered["wheel_m"]
            body = self.minute.restore(recovered, utc_s, pulses)
            if body is not None:
                self.log.minute(body)
        self._before = (open_session["minutes"], metres)
        self.duties.resume(utc_s)
        self._show("resumed")
        self.state = TRAINING
        self._fire(DUE, utc_s, pulses)
