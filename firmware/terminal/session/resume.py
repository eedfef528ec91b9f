"""Finds the training session that was open when the terminal lost power, in the journal's last records."""

from firmware.terminal.journal.flash_log import number
from firmware.wire import fields, pack, records

TRAINEE = 2
# Under this name a waiting terminal keeps the time in Keep: a Unix second u32.
LIFE = "life"
# A longer power cut ends a session.
RESUME_WITHIN_S = 1800
# So far back is looked where the newest records do not say who is there.
BACK = 1024
_BOOT_AT = 45
_UTC_AT = 53
_MINUTES = (fields.MINUTE, fields.MINUTE_THIN)
# In a minute's body: wheel_m u16 and counted_s u8.
_WHEEL_AT = fields.HEADER_SIZE + 33
_COUNTED_AT = fields.HEADER_SIZE + 38


def find_open(journal, keep=None):
    """The open session as a dict, or None: session, trainee, instructor, course, utc_s (the last sign of
    life), and what its records still here say: minutes, counted_s, wheel_m.

    session and trainee are 0 when only the instructor is signed in.
    """
    known, found = _newest(journal, fields.U32)
    if not known and journal.next_seq > 1:
        found = _newest(journal, max(journal.next_seq - BACK, 1))[1]
    if found is None:
        return None
    life = keep.get(LIFE) if keep is not None else None
    if life is not None:
        found["utc_s"] = max(found["utc_s"], number(life, 0, 4))
    if found["session"]:
        _add_up(journal, found)
    return found


def _newest(journal, first):
    """(whether the records from seq first on say who is there, the open session or None)."""
    known = False
    found = None
    for data in journal.recent(first):
        kind = data[0]
        if kind == fields.SIGN_IN or kind in _MINUTES:
            found = _opened(records.decode(data), kind, number(data, _BOOT_AT, 4))
            known = True
        elif kind == fields.SIGN_OUT:
            values = records.decode(data)
            if values["role"] != TRAINEE:
                found = None
                known = True
            elif found is not None:
                # The instructor is still there.
                found["session"] = found["trainee"] = found["course"] = 0
        if found is not None:
            _live(found, number(data, _BOOT_AT, 4), number(data, _UTC_AT, 4))
    return known, found


def _opened(values, kind, boot):
    if kind == fields.SIGN_IN:
        trainee = values["person"] if values["role"] == TRAINEE else 0
    else:
        trainee = values["trainee"]
    return {
        "session": values["session"],
        "trainee": trainee,
        "instructor": values["instructor"],
        "course": values["course"],
        "utc_s": values["utc_s"],
        "boot": boot,
        "minutes": 0,
        "counted_s": 0,
        "wheel_m": 0,
    }


def _live(found, boot, utc_s):
    """Any record is a sign of life; but the first ones after a long power cut do not shorten it."""
    if boot == found["boot"] or 0 < utc_s <= found["utc_s"] + RESUME_WITHIN_S:
        found["boot"] = boot
        found["utc_s"] = max(found["utc_s"], utc_s)


def _add_up(journal, found):
    """What the session has gathered: its number is the seq of its sign-in."""
    session = found["session"]
    for data in journal.recent(session):
        if data[0] in _MINUTES and number(data, fields.HEADER_SIZE, 4) == session:
            found["minutes"] += 1
            found["counted_s"] += data[_COUNTED_AT]
            found["wheel_m"] += number(data, _WHEEL_AT, 2)
    recovered = journal.recovered
    if recovered is not None and recovered["session"] == session:
        # The drafts of a minute that was not over are the last sign of life.
        found["utc_s"] = max(found["utc_s"], _drafted_s(recovered))


def _drafted_s(recovered):
    return recovered["minute"] * 60 + recovered["until_s"]


def last_header(journal):
    """Header of the newest record that is still here as a dict, None when there is none; utc_s is the newest
    time that a record or a draft has."""
    header = None
    for data in journal.recent():
        header = header or {"utc_s": 0}
        utc_s = header["utc_s"]
        pack.read(data, 0, fields.HEADER, header)
        header["utc_s"] = header["utc_s"] or utc_s
    if header and journal.recovered is not None:
        header["utc_s"] = max(header["utc_s"], _drafted_s(journal.recovered))
    return header


def last_boot(journal):
    """Boot number of the newest record that is still here, 0 when there is none."""
    header = last_header(journal)
    return header["boot"] if header else 0
