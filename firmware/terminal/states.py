"""The terminal's states as a table: who is signed in, which face is asked for, when minutes run.

Keys: I instructor in, 2 / 3 trainee in for that part, O trainee out, X instructor out (trainee first).
A row is (state, event): (next state, action of Session). Events are keys, FACE_OK, FACE_NOT and DUE (a
periodic check is due). A pair that is not in the table does nothing.
"""

READY = "ready"
IN_INSTRUCTOR = "in instructor"
WAITING = "waiting"
IN_TRAINEE = "in trainee"
TRAINING = "training"
CHECK_TRAINEE = "check trainee"
CHECK_INSTRUCTOR = "check instructor"
OUT_TRAINEE = "out trainee"
OUT_BOTH = "out both"
OUT_INSTRUCTOR = "out instructor"

FACE_OK = "face ok"
FACE_NOT = "face not"
DUE = "due"
KEY_I = "I"
KEY_IN = "in"
KEY_O = "O"
KEY_X = "X"

TABLE = {
    (READY, KEY_I): (IN_INSTRUCTOR, "ask"),
    (IN_INSTRUCTOR, FACE_OK): (WAITING, "instructor_in"),
    (IN_INSTRUCTOR, FACE_NOT): (READY, "nothing"),
    (WAITING, KEY_IN): (IN_TRAINEE, "ask"),
    (WAITING, KEY_X): (OUT_INSTRUCTOR, "ask"),
    (IN_TRAINEE, FACE_OK): (TRAINING, "trainee_in"),
    (IN_TRAINEE, FACE_NOT): (WAITING, "nothing"),
    (TRAINING, DUE): (CHECK_TRAINEE, "ask"),
    (CHECK_TRAINEE, FACE_OK): (CHECK_INSTRUCTOR, "ask"),
    (CHECK_TRAINEE, FACE_NOT): (CHECK_INSTRUCTOR, "ask"),
    (CHECK_INSTRUCTOR, FACE_OK): (TRAINING, "checked"),
    (CHECK_INSTRUCTOR, FACE_NOT): (TRAINING, "checked"),
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
# Whose face each checking state asks for, and at which moment (FACE_CHECK's fields).
ASKS = {
    IN_INSTRUCTOR: (INSTRUCTOR, 1),
    IN_TRAINEE: (TRAINEE, 1),
    CHECK_TRAINEE: (TRAINEE, 2),
    CHECK_INSTRUCTOR: (INSTRUCTOR, 2),
    OUT_TRAINEE: (TRAINEE, 3),
    OUT_BOTH: (TRAINEE, 3),
    OUT_INSTRUCTOR: (INSTRUCTOR, 3),
}
