"""What a session has to do by itself, and when: face checks, photos, ordered checks, the end after a long
stop, a training ban. Decides; firmware.terminal.session.session acts.
"""

from firmware.terminal.session.states import (
    AFTER_RESTART,
    CLOSE,
    DUE,
    DUE_INSTRUCTOR,
    DUE_TRAINEE,
    INSTRUCTOR,
    ORDERED,
    PERIODIC,
    TRAINEE,
    TRAINING,
    WAITING,
)

# A check that has been due for so long and is not over: the face counts as unseen.
OVERDUE_S = 60
# While an instructor waits there may be no record for hours: so often the time is kept as a sign of life.
LIFE_S = 600
NONE = -1
PHOTO = "photo"


class Duties:
    """moment: of the checks in a session now (2 periodic, 4 ordered, 5 after a restart). ban_until_s: -1
    no ban, 0 a ban without an end, else its end as a Unix second. Each role has a check due of its own."""

    def __init__(self, settings, keep=None):
        self._keep = keep
        self._life_s = 0
        self.configure(settings)
        self.moment = PERIODIC
        self.ban_until_s = NONE
        self._instructor_due_s = 0
        self._trainee_due_s = 0
        self._photo_due_s = 0
        self._seen_s = 0
        self._off_s = 0
        self._ordered = NONE
        self._worst = NONE

    def configure(self, settings):
        """Take over the settings; what is due already stays due when it was."""
        self._check_s = settings["face_check_min"] * 60
        self._recheck_s = settings["face_recheck_s"]
        self._photo_s = settings.get("photo_min", 15) * 60
        self._off_out_s = settings.get("ignition_off_out_min", 150) * 60
        self._carry_s = settings.get("face_carry_min", 60) * 60

    def start(self, utc_s):
        """A training session begins with both faces seen."""
        self._instructor_due_s = self._trainee_due_s = utc_s + self._check_s
        self.moment = PERIODIC

    def resume(self, utc_s):
        """A session goes on after a restart: nobody has been seen yet."""
        self.moment = AFTER_RESTART
        self._instructor_due_s = self._trainee_due_s = utc_s
        self._photo_due_s = utc_s + self._photo_s

    def on_face(self, role, outcome, moment, utc_s):
        """A face was checked (outcome 0: the right one): that role's next check is due in its time, or soon
        when this one failed. Its photo counts as one."""
        self._photo_due_s = utc_s + self._photo_s
        due_s = utc_s + (self._recheck_s if outcome else self._check_s)
        if role == INSTRUCTOR:
            self._instructor_due_s = due_s
            if outcome == 0:
                self._seen_s = utc_s
        else:
            self._trainee_due_s = due_s
        if moment == ORDERED and (self._worst <= 0 or 0 < outcome < self._worst):
            # The lower an outcome's number, the graver: another person 1, the module's fault 6.
            self._worst = outcome

    def long_unseen(self, utc_s):
        """Whether the instructor's face was confirmed too long ago to answer for another trainee."""
        return utc_s - self._seen_s > self._carry_s

    def overdue(self, utc_s):
        """Whether the faces of the running session count as unseen."""
        return self.moment == AFTER_RESTART or utc_s > self._first_due_s() + OVERDUE_S

    def _first_due_s(self):
        return min(self._instructor_due_s, self._trainee_due_s)

    def order_check(self, role):
        """A face check of that role (0 both) as soon as nothing else is being asked. False while another
        ordered one is not over and told."""
        if self._ordered != NONE or self._worst != NONE or self.moment == ORDERED:
            return False
        self._ordered = role
        return True

    def take_ordered(self):
        """The gravest outcome of the ordered check that is over, once: 0 when every face asked for was the
        right one, -1 when nobody was asked."""
        worst, self._worst = self._worst, NONE
        return worst

    @property
    def ordered(self):
        """Whether an ordered check is still to be asked for."""
        return self._ordered != NONE

    def next(self, utc_s, state, vehicle, signed_in):
        """The event that is due now in a state that asks for no face, PHOTO, or None. signed_in: whether
        an instructor is. Each is given once."""
        if self.ban_until_s > 0 and utc_s >= self.ban_until_s:
            self.ban_until_s = NONE
        if vehicle.ignition or not signed_in:
            self._off_s = 0
        elif not self._off_s:
            self._off_s = utc_s
        elif utc_s - self._off_s >= self._off_out_s:
            self._off_s = 0
            return CLOSE
        if state == WAITING and not 0 <= utc_s - self._life_s < LIFE_S:
            self._keep_time(utc_s)
        if self._ordered != NONE:
            return self._order(state)
        # In a parked car nothing counts; what became due meanwhile comes with the ignition.
        if state == TRAINING and vehicle.ignition:
            if utc_s >= self._first_due_s():
                # Who would be due before half the time is over is asked along: one interruption, not two.
                return self._who(utc_s + (self._check_s >> 1))
            if utc_s >= self._photo_due_s:
                self._photo_due_s = utc_s + self._photo_s
                return PHOTO
        return None

    def _keep_time(self, utc_s):
        self._life_s = utc_s
        if self._keep is not None:
            try:
                self._keep.put("life", utc_s.to_bytes(4, "big"))
            except OSError:
                # Without it a power cut looks longer than it was, no more.
                pass

    def _who(self, by_s):
        if self._trainee_due_s > by_s:
            return DUE_INSTRUCTOR
        return DUE_TRAINEE if self._instructor_due_s > by_s else DUE

    def _order(self, state):
        role = self._ordered
        self._ordered = NONE
        if state != TRAINING and (state != WAITING or role == TRAINEE):
            return None
        if self.moment == PERIODIC:
            self.moment = ORDERED
        if state == WAITING or role == INSTRUCTOR:
            return DUE_INSTRUCTOR
        return DUE_TRAINEE if role == TRAINEE else DUE
