"""What a session has to do by itself, and when: face checks, photos, ordered checks, the end after a long
stop, a training ban. Decides; firmware.terminal.session acts.
"""

from firmware.terminal.states import (
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

# A check that has been due for so long and is not over: the faces count as unseen.
OVERDUE_S = 60
NONE = -1
PHOTO = "photo"


class Duties:
    """moment: of the checks in a session now (2 periodic, 4 ordered, 5 after a restart). ban_until_s: -1
    no ban, 0 a ban without an end, else its end as a Unix second."""

    def __init__(self, settings):
        self.configure(settings)
        self.moment = PERIODIC
        self.ban_until_s = NONE
        self._due_s = 0
        self._photo_due_s = 0
        self._seen_s = 0
        self._off_s = 0
        self._ordered = NONE

    def configure(self, settings):
        """Take over the settings; what is due already stays due when it was."""
        self._check_s = settings["face_check_min"] * 60
        self._recheck_s = settings["face_recheck_s"]
        self._photo_s = settings.get("photo_min", 15) * 60
        self._off_out_s = settings.get("ignition_off_out_min", 150) * 60
        self._carry_s = settings.get("face_carry_min", 60) * 60

    def start(self, utc_s):
        """A training session begins with both faces seen."""
        self.checked(utc_s, False)

    def resume(self, utc_s):
        """A session goes on after a restart: nobody has been seen yet."""
        self.moment = AFTER_RESTART
        self._due_s = utc_s
        self._photo_due_s = utc_s + self._photo_s

    def checked(self, utc_s, failed):
        """A check is over; failed: one of the two is not confirmed, so the next is due soon."""
        self._due_s = utc_s + (self._recheck_s if failed else self._check_s)
        self.moment = PERIODIC

    def on_face(self, role, outcome, utc_s):
        """A face was checked (outcome 0: the right one); its photo counts as one."""
        self._photo_due_s = utc_s + self._photo_s
        if outcome == 0 and role == INSTRUCTOR:
            self._seen_s = utc_s

    def long_unseen(self, utc_s):
        """Whether the instructor's face was confirmed too long ago to answer for another trainee."""
        return utc_s - self._seen_s > self._carry_s

    def overdue(self, utc_s):
        """Whether the faces of the running session count as unseen."""
        return self.moment == AFTER_RESTART or utc_s > self._due_s + OVERDUE_S

    def order_check(self, role):
        """A face check of that role (0 both) as soon as nothing else is being asked."""
        self._ordered = role

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
        if self._ordered != NONE:
            return self._order(state)
        # In a parked car nothing counts; what became due meanwhile comes with the ignition.
        if state == TRAINING and vehicle.ignition:
            if utc_s >= self._due_s:
                return DUE
            if utc_s >= self._photo_due_s:
                self._photo_due_s = utc_s + self._photo_s
                return PHOTO
        return None

    def _order(self, state):
        role = self._ordered
        self._ordered = NONE
        if state not in (TRAINING, WAITING):
            return None
        if self.moment == PERIODIC:
            self.moment = ORDERED
        if state == WAITING or role == INSTRUCTOR:
            return DUE_INSTRUCTOR
        return DUE_TRAINEE if role == TRAINEE else DUE
