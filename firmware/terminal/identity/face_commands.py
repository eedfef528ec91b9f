"""HLK-FM22x frames and the one table of what the module's results mean. From the HLK-FM22x manual.

Frame (115200 8N1): 0xEF 0xAA, message id, size u16, data, XOR of everything between the sync
word and itself; big-endian.
"""

REPLY = 0x00
NOTE = 0x01
RESET = 0x10
GET_STATUS = 0x11
VERIFY = 0x12
ENROLL = 0x13
ENROLL_SINGLE = 0x1D
DELETE_ONE = 0x20
DELETE_ALL = 0x21
GET_USER = 0x22
GET_VERSION = 0x30

# Notes, and what a FACE_STATE note says about the face before the camera.
NOTE_READY = 0
NOTE_FACE_STATE = 1
STATE_NORMAL = 0
STATE_NO_FACE = 1
STATE_FAR = 6
STATE_NEAR = 7

# Directions of an enrolment, added up in its reply's direction field.
MIDDLE = 0x01
RIGHT = 0x02
LEFT = 0x04
DOWN = 0x08
UP = 0x10

# Outcomes 0 to 6 are FACE_CHECK's; 7 and 8 come from an enrolment only.
MATCH = 0
UNKNOWN_FACE = 2
LIVENESS = 3
NO_FACE = 4
TIMEOUT = 5
FAULT = 6
FULL = 7
ENROLLED = 8
# By the module's result: 0 success, 8 unknown user, 9 no room, 10 enrolled already, 12 liveness,
# 13 time-out. All others (1 rejected, 2 aborted, 4 camera, 5 unknown reason, 6 parameter, 7 memory,
# 14 authorisation, what later firmware adds) are faults.
_OUTCOMES = bytes((0, 6, 6, 6, 6, 6, 6, 6, UNKNOWN_FACE, FULL, ENROLLED, 6, LIVENESS, TIMEOUT))

NO_ID = 65535
NAME_SIZE = 32
# What the module may take beyond its own time-out before it counts as broken.
GRACE_MS = 2000
DELETE_MS = 3000
SHORT_MS = 1000


def outcome_of(result, face_state):
    """The outcome of a result; a time-out in front of nobody says so."""
    outcome = _OUTCOMES[result] if result < len(_OUTCOMES) else FAULT
    if outcome == TIMEOUT and face_state == STATE_NO_FACE:
        return NO_FACE
    return outcome


def frame(message, data=b""):
    """One frame, ready for the line: message id 0..255, data at most 65535 bytes."""
    size = len(data)
    body = bytes((message, size >> 8, size & 255)) + data
    check = 0
    for byte in body:
        check ^= byte
    return b"\xef\xaa" + body + bytes((check,))


def verify_data(timeout_s):
    """Data of VERIFY: do not power down afterwards, timeout_s 1..255."""
    return bytes((0, _timeout(timeout_s)))


def enroll_data(name, timeout_s, direction=0, admin=0):
    """Data of ENROLL and ENROLL_SINGLE: name at most 31 bytes, timeout_s 1..255."""
    if len(name) >= NAME_SIZE:
        raise ValueError("face name: %d bytes, give at most %d" % (len(name), NAME_SIZE - 1))
    padded = name + bytes(NAME_SIZE - len(name))
    return bytes((admin,)) + padded + bytes((direction, _timeout(timeout_s)))


def id_data(face_id):
    """Data of DELETE_ONE and GET_USER: the module's number of a face, 0..65534."""
    if not 0 <= face_id < NO_ID:
        raise ValueError("face id %d: give 0 to 65534" % face_id)
    return bytes((face_id >> 8, face_id & 255))


def _timeout(timeout_s):
    if not 1 <= timeout_s <= 255:
        raise ValueError("face time-out %d s: give 1 to 255" % timeout_s)
    return timeout_s
