"""Finds the training session that was open when the terminal lost power, in the journal's last records."""

from firmware.wire import fields, pack, records

TRAINEE = 2


def find_open(journal):
    """The open session as a dict (session, trainee, instructor, course, utc_s), or None.

    Decodes the journal's newest records, oldest first.
    """
    found = None
    for data in journal.recent():
        kind = data[0]
        if kind not in (fields.SIGN_IN, fields.MINUTE, fields.SIGN_OUT):
            continue
        values = records.decode(data)
        if kind == fields.SIGN_IN and values["role"] == TRAINEE:
            found = _opened(values, values["person"])
        elif kind == fields.MINUTE:
            found = _opened(values, values["trainee"])
        elif kind == fields.SIGN_OUT and values["role"] == TRAINEE:
            found = None
    return found


def _opened(values, trainee):
    return {
        "session": values["session"],
        "trainee": trainee,
        "instructor": values["instructor"],
        "course": values["course"],
        "utc_s": values["utc_s"],
    }


def last_boot(journal):
    """Boot number of the newest record that is still here, 0 when there is none."""
    boot = 0
    for data in journal.recent():
        header = {}
        pack.read(data, 0, fields.HEADER, header)
        boot = header["boot"]
    return boot
