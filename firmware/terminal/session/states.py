"""The terminal's states as a table: who is signed in, which face is asked for, when minutes run.

Keys: I instructor in, 2 / 3 trainee in for that part, O trainee out, X instructor out (trainee first).
A row is (state, event): (next state, action of Session). Events are keys; KEY_IN_LATE, a trainee's key
when the instructor's face was last seen too long ago; FACE_OK, FACE_NOT; DUE, a check of both, or of one;
CLOSE, the ignition has been off too long. A pair that is not in the table does nothing.
"""

READY = "ready"
IN_INSTRUCTOR = "in instructor"
WAITING = "waiting"
AGAIN_INSTRUCTOR = "again instructor"
IN_TRAINEE = "in trainee"
TRAINING = "training"
CHECK_TRAINEE = "check trainee"
CHECK_INSTRUCTOR = "check instructor"
CHECK_TRAINEE_ONLY = "check trainee only"
CHECK_WAITING = "check waiting"
OUT_TRAINEE = "out trainee"
OUT_BOTH = "out both"
OUT_INSTRUCTOR = "out instructor"

FACE_OK = "face ok"
FACE_NOT = "face not"
DUE = "due"
DUE_TRAINEE = "due trainee"
DUE_INSTRUCTOR = "due instructor"
CLOSE = "close"
KEY_I = "I"
KEY_IN = "in"
KEY_IN_LATE = "in late"
KEY_O = "O"
KEY_X = "X"

# State, event, next state, action. One text and not a dictionary: a third of the heap.
_ROWS = """
ready|I|in instructor|ask
in instructor|face ok|waiting|instructor_in
in instructor|face not|ready|nothing
waiting|in|in trainee|ask
waiting|in late|again instructor|ask
waiting|X|out instructor|ask
waiting|due instructor|check waiting|ask
waiting|close|ready|close
again instructor|face ok|in trainee|ask
again instructor|face not|waiting|nothing
check waiting|face ok|waiting|checked
check waiting|face not|waiting|checked
in trainee|face ok|training|trainee_in
in trainee|face not|waiting|nothing
training|due|check trainee|ask
training|due trainee|check trainee only|ask
training|due instructor|check instructor|ask
training|close|ready|close
check trainee|face ok|check instructor|ask
check trainee|face not|check instructor|ask
check instructor|face ok|training|checked
check instructor|face not|training|checked
check trainee only|face ok|training|checked
check trainee only|face not|training|checked
training|O|out trainee|ask
training|X|out both|ask
out trainee|face ok|waiting|trainee_out
out trainee|face not|waiting|trainee_out
out both|face ok|out instructor|trainee_out_then_ask
out both|face not|out instructor|trainee_out_then_ask
out instructor|face ok|ready|instructor_out
out instructor|face not|ready|instructor_out
"""


class _Table:
    """The rows as a dictionary would give them: (state, event) to (next state, action)."""

    def get(self, pair):
        """The row's (next state, action), or None."""
        begin = "\n%s|%s|" % pair
        at = _ROWS.find(begin)
        if at < 0:
            return None
        at += len(begin)
        return tuple(_ROWS[at : _ROWS.find("\n", at)].split("|"))

    def __contains__(self, pair):
        return self.get(pair) is not None

    def __getitem__(self, pair):
        row = self.get(pair)
        if row is None:
            raise KeyError(pair)
        return row

    def __iter__(self):
        return iter([tuple(row.split("|")[:2]) for row in _ROWS.strip().split("\n")])


TABLE = _Table()

INSTRUCTOR = 1
TRAINEE = 2
SIGN_IN = 1
PERIODIC = 2
SIGN_OUT = 3
ORDERED = 4
AFTER_RESTART = 5
# Whose face each checking state asks for, and at which moment (FACE_CHECK's fields). A periodic one may
# be an ordered one, or the first after a restart.
ASKS = {
    IN_INSTRUCTOR: (INSTRUCTOR, SIGN_IN),
    AGAIN_INSTRUCTOR: (INSTRUCTOR, SIGN_IN),
    IN_TRAINEE: (TRAINEE, SIGN_IN),
    CHECK_TRAINEE: (TRAINEE, PERIODIC),
    CHECK_INSTRUCTOR: (INSTRUCTOR, PERIODIC),
    CHECK_TRAINEE_ONLY: (TRAINEE, PERIODIC),
    CHECK_WAITING: (INSTRUCTOR, PERIODIC),
    OUT_TRAINEE: (TRAINEE, SIGN_OUT),
    OUT_BOTH: (TRAINEE, SIGN_OUT),
    OUT_INSTRUCTOR: (INSTRUCTOR, SIGN_OUT),
}
