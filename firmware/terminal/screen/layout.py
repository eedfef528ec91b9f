"""What stands where on the four screens: a small display of 16 columns and 4 rows, for people in a hurry.

A placed text is (column, row, scale, text). A column is 8 and a row 16 pixels at scale 1; scale 2 doubles
both. ASCII takes one column, a Chinese character two.
"""

from firmware.terminal.screen.texts import text_of
from firmware.terminal.session.states import ASKS, READY, TRAINING

COLUMNS = 16
ROWS = 4
# Why minutes do not count, as the bits of MINUTE.stops, lowest first; 128 and 256 only inform.
STOPS = (
    "engine_off",
    "mismatch_trainee",
    "mismatch_instructor",
    "nobody",
    "module_fault",
    "check_overdue",
    "ban",
    "outside",
    "no_position",
)
WARNS_ONLY = 128 | 256
ENGLISH = 0
CHINESE = 1


class View:
    """What the screens show, as plain values; whoever knows them sets them."""

    def __init__(self):
        self.state = READY
        self.utc_s = 0
        self.utc_offset_min = 480
        self.online = False
        self.satellites = 0
        self.trainee = 0
        self.counted_s = 0
        self.stops = 0
        self.unreceipted = 0
        # (minutes recorded, minutes counted, metres) of the last session, while the summary is shown.
        self.summary = None


def width_of(text):
    """Columns that a text takes."""
    columns = 0
    for sign in text:
        columns += 2 if ord(sign) >= 0x2E80 else 1
    return columns


def compose(view, note, language, turn):
    """The placed texts of the screen that view asks for.

    note: code of what has just happened, or None; turn: rises as the calls on the last row take turns.
    """
    if view.state in ASKS:
        placed = _asking(view, language)
        calls = ["_ask_look"] if len(placed) == 1 else ["_checking"]
        if note is not None:
            calls = [note]
    else:
        calls = [note] if note is not None else _reasons(view)
        if view.state == TRAINING:
            placed = _training(view, language)
            keys = "_keys_training"
        else:
            keys = "_keys_ready" if view.state == READY else "_keys_wait"
            if view.summary is not None:
                placed = _summary(view, language)
            else:
                placed = [_big("_ready" if view.state == READY else "_wait", language)]
        if note is None:
            calls.append(keys)
    if view.summary is None or view.state in ASKS:
        placed.append((0, 0, 1, _status(view, language)))
    placed.append((0, 3, 1, label(calls[turn % len(calls)], language)))
    return placed


def label(code, language):
    """The text of a code for the small display, "" when it has none."""
    texts = text_of(code)
    return texts[language] if texts else ""


def _status(view, language):
    clock = "--:--"
    if view.utc_s:
        minute = view.utc_s // 60 + view.utc_offset_min
        clock = "%02d:%02d" % (minute // 60 % 24, minute % 60)
    net = label("_net" if view.online else "_no_net", language)
    if view.satellites:
        return "%s %s %s%d" % (clock, net, label("_sat", language), view.satellites)
    return "%s %s %s" % (clock, net, label("_no_sat", language))


def _reasons(view):
    reasons = [STOPS[bit] for bit in range(len(STOPS)) if view.stops >> bit & 1]
    if not view.utc_s:
        reasons.append("no_time")
    return reasons


def _big(code, language):
    text = label(code, language)
    return ((COLUMNS - 2 * width_of(text)) // 2, 1, 2, text)


def _asking(view, language):
    code = "_ask_%d" % ASKS[view.state][0]
    if width_of(label(code, language)) <= COLUMNS // 2:
        return [_big(code, language)]
    return [(0, 1, 1, label(code, language)), (0, 2, 1, label("_ask_look", language))]


def _number(minutes, row):
    """Up to three big digits, right-aligned in the six columns on the left."""
    text = "%3d" % min(minutes, 999)
    return (0, row, 2, text)


def _training(view, language):
    stopped = view.stops & ~WARNS_ONLY
    who = label("_minutes", language) + " " + label("_who", language) % (view.trainee % 10000)
    return [
        _number(view.counted_s // 60, 1),
        (7, 1, 1, label("_stopped" if stopped else "_counts", language)),
        (7, 2, 1, who),
    ]


def _summary(view, language):
    recorded_min, counted_min, metres = view.summary
    tenths = metres // 100
    if view.unreceipted:
        last = label("_unsent", language) % (tenths // 10, tenths % 10, view.unreceipted)
    else:
        last = label("_sent", language) % (tenths // 10, tenths % 10)
    return [
        _number(counted_min, 0),
        (7, 0, 1, label("_counted", language)),
        (7, 1, 1, label("_of", language) % recorded_min),
        (0, 2, 1, last),
    ]
