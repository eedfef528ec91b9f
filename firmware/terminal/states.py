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

TABLE = {
    (READY, KEY_I): (IN_INSTRUCTOR, "ask"),
    (IN_INSTRUCTOR, FACE_OK): (WAITING, "instructor_in"),
    (IN_INSTRUCTOR, FACE_NOT): (READY, "nothing"),
    (WAITING, KEY_IN): (IN_TRAINEE, "ask"),
    (WAITING, KEY_IN_LATE): (AGAIN_INSTRUCTOR, "ask"),
    (WAITING, KEY_X): (OUT_INSTRUCTOR, "ask"),
    (WAITING, DUE_INSTRUCTOR): (CHECK_WAITING, "ask"),
    (WAITING, CLOSE): (READY, "close"),
    (AGAIN_INSTRUCTOR, FACE_OK): (IN_TRAINEE, "ask"),
    (AGAIN_INSTRUCTOR, FACE_NOT): (WAITING, "nothing"),
    (CHECK_WAITING, FACE_OK): (WAITING, "nothing"),
    (CHECK_WAITING, FACE_NOT): (WAITING, "nothing"),
    (IN_TRAINEE, FACE_OK): (TRAINING, "trainee_in"),
    (IN_TRAINEE, FACE_NOT): (WAITING, "nothing"),
    (TRAINING, DUE): (CHECK_TRAINEE, "ask"),
    (TRAINING, DUE_TRAINEE): (CHECK_TRAINEE_ONLY, "ask"),
    (TRAINING, DUE_INSTRUCTOR): (CHECK_INSTRUCTOR, "ask"),
    (TRAINING, CLOSE): (READY, "close"),
    (CHECK_TRAINEE, FACE_OK): (CHECK_INSTRUCTOR, "ask"),
    (CHECK_TRAINEE, FACE_NOT): (CHECK_INSTRUCTOR, "ask"),
    (CHECK_INSTRUCTOR, FACE_OK): (TRAINING, "checked"),
    (CHECK_INSTRUCTOR, FACE_NOT): (TRAINING, "checked"),
    (CHECK_TRAINEE_ONLY, FACE_OK): (TRAINING, "checked"),
    (CHECK_TRAINEE_ONLY, FACE_NOT): (TRAINING, "checked"),
    (TRAINING, KEY_O): (OUT_TRAINEE, "ask"),
    (TRAINING, KEY_X): (OUT_BOTH, "ask"),
    (OUT_TRAINEE, FACE_OK): (WAITING, "trainee_out"),
    (OUT_TRAINEE, FACE_NOT): (WAITING, "trainee_out"),
    (OUT_BOTH, FACE_OK): (OUT_INSTRUCTOR, "trainee_out_then_ask"),
    (OUT_BOTH, FACE_NOT): (OUT_INSTRUCTOR, "trainee_out_then_ask"),
    (OUT_INSTRUCTOR, FACE_OK): (READY, "instructor_out"),
    (OUT_INSTRUCTOR, FACE_NOT): (READY, "instructor_out"),
}

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
