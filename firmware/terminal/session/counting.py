"""Why a second of a training session does not count: the bits of a minute record's `stops`.

Pure: what was seen goes in, bits come out.
"""

ENGINE_OFF = 1
TRAINEE_MISMATCH = 2
INSTRUCTOR_MISMATCH = 4
NOBODY = 8
MODULE_FAULT = 16
OVERDUE = 32
BANNED = 64
OUTSIDE = 128
NO_POSITION = 256
# These are told, and the second counts all the same: the server judges places.
INFORMS = OUTSIDE | NO_POSITION

# What the screen says when a stop begins, by bit.
_CODES = (
    "engine_off",
    "mismatch_trainee",
    "mismatch_instructor",
    "nobody",
    "module_fault",
    "check_overdue",
    "ban",
)

INSTRUCTOR = 1
# By the outcome of a face check, for the trainee: 0 match, 1 another person, 2 unknown, 3 not living,
# 4 no face, 5 time-out, 6 module fault.
_BY_OUTCOME = bytes((0, TRAINEE_MISMATCH, TRAINEE_MISMATCH, TRAINEE_MISMATCH, NOBODY, NOBODY, MODULE_FAULT))


def counts(stops):
    """Whether a second with these stops counts."""
    return not stops & ~INFORMS


def tell(bits, show):
    """Say on the screen why the count stops: show(code) for each bit that stops it."""
    for i in range(len(_CODES)):
        if bits >> i & 1:
            show(_CODES[i])


def stop_of(role, outcome):
    """The stop that a face check with this outcome (0..6) means, 0 for a match."""
    stop = _BY_OUTCOME[outcome]
    if stop == TRAINEE_MISMATCH and role == INSTRUCTOR:
        return INSTRUCTOR_MISMATCH
    return stop


def engine_runs(vehicle):
    """Whether the engine turns: ignition on, and more than 0 revolutions a minute."""
    return bool(vehicle.ignition and vehicle.rpm)


class Counting:
    """What the last face check of each role said, until one succeeds."""

    def __init__(self):
        self._trainee = 0
        self._instructor = 0

    def start(self):
        """A training session begins with both faces confirmed."""
        self._trainee = 0
        self._instructor = 0

    def on_check(self, role, outcome):
        """A face check of the running session ended so: a failed one stops, a match lifts its own stop."""
        if role == INSTRUCTOR:
            self._instructor = stop_of(role, outcome)
        else:
            self._trainee = stop_of(role, outcome)

    @property
    def faces(self):
        """The stops that stand because a face is not confirmed, 0 when both are."""
        return self._trainee | self._instructor

    def stops(self, vehicle, positioned, overdue, banned, outside):
        """The bits of this second. vehicle has ignition and rpm; the others are true or false."""
        bits = self.faces
        if not engine_runs(vehicle):
            bits |= ENGINE_OFF
        if not positioned:
            bits |= NO_POSITION
        if overdue:
            bits |= OVERDUE
        if banned:
            bits |= BANNED
        if outside:
            bits |= OUTSIDE
        return bits
