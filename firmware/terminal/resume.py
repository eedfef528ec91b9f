"""Finds the training session that was open when the terminal lost power, in the journal's last records."""

from firmware.wire import fields, pack, records

TRAINEE = 2


def find_open(journal):
    """The open session as a dict (session, trainee, instructor, course, utc_s), or None.

    session and trainee are 0 when only the instructor is signed in. Decodes the journal's newest records,
    oldest first.
    """
    found = None
    for data in journal.recent():
        kind = data[0]
        if kind not in (fields.SIGN_IN, fields.MINUTE, fields.MINUTE_THIN, fields.SIGN_OUT):
            continue
        values = records.decode(data)
        if kind == fields.SIGN_IN:
            found = _opened(values, values["person"] if values["role"] == TRAINEE else 0)
        elif kind in (fields.MINUTE, fields.MINUTE_THIN):
            found = _opened(values, values["trainee"])
        elif kind == fields.SIGN_OUT:
            found = _left(values, found) if values["role"] == TRAINEE else None
    recovered = journal.recovered
    if found is not None and recovered is not None and recovered["session"] == found["session"]:
        # The drafts of a minute that was not over are the last sign of life.
        found["utc_s"] = max(found["utc_s"], recovered["minute"] * 60 + recovered["until_s"])
    return found


def _left(values, found):
    """The trainee has signed out: the instructor is still there."""
    if found is None:
        return None
    found["session"] = found["trainee"] = found["course"] = 0
    found["utc_s"] = values["utc_s"]
    return found


def _opened(values, trainee):
    return {
        "session": values["session"],
        "trainee": trainee,
        "instructor": values["instructor"],
        "course": values["course"],
        "utc_s": values["utc_s"],
    }


def last_header(journal):
    """Header of the newest record that is still here as a dict, None when there is none."""
    header = None
    for data in journal.recent():
        header = header or {}
        pack.read(data, 0, fields.HEADER, header)
    return header


def last_boot(journal):
    """Boot number of the newest record that is still here, 0 when there is none."""
    header = last_header(journal)
    return header["boot"] if header else 0
