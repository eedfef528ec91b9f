"""Settings that the server has ordered: kept over power cuts and laid over those of the settings file."""

import json

from firmware.terminal.loading import release
from firmware.wire.orders import DONE, MALFORMED
from firmware.wire.pack import put_int

NAME = "settings"


def fault_of(name, value):
    """What is wrong with a setting, "" when nothing is."""
    from firmware.wire.settable import SETTABLE

    limits = SETTABLE.get(name)
    if limits is None:
        return "not settable"
    if isinstance(limits[0], str):
        return "" if value in limits else "not one of the choices"
    if isinstance(value, bool) or not isinstance(value, int):
        return "no integer"
    return "" if limits[0] <= value <= limits[1] else "out of range"


def check(settings):
    """Raise ValueError for the first setting that the server could not order either."""
    from firmware.wire.settable import SETTABLE

    for name in SETTABLE:
        if name in settings:
            fault = fault_of(name, settings[name])
            if fault:
                raise ValueError("%s: %s" % (name, fault))


class SettingsOverlay:
    """Lays what is kept over settings (a dict, changed in place). order: number of the newest, 0 none.

    The value under "settings" in keep: order u32, then a JSON object.
    """

    def __init__(self, keep, settings):
        self._keep = keep
        self._settings = settings
        self._values = {}
        self.order = 0
        kept = keep.get(NAME)
        if kept is None or len(kept) < 4:
            return
        try:
            values = json.loads(kept[4:].decode())
        except (ValueError, UnicodeError):
            return
        if not isinstance(values, dict):
            return
        self.order = int.from_bytes(kept[:4], "big")
        for name in values:
            # Another version of the firmware may have kept a name that this one does not know.
            if not fault_of(name, values[name]):
                self._values[name] = values[name]
        release("wire.settable")
        settings.update(self._values)

    def take(self, order, body):
        """Do a SETTINGS order: all of it or nothing. Returns (outcome, value); raises OSError by the medium.

        The value of a malformed one is the place (from 1, by name) of its first wrong setting, 0: no object.
        """
        try:
            wanted = json.loads(bytes(body).decode())
        except (ValueError, UnicodeError):
            return MALFORMED, 0
        if not isinstance(wanted, dict):
            return MALFORMED, 0
        place = 0
        for name in sorted(wanted):
            place += 1
            if fault_of(name, wanted[name]):
                return MALFORMED, place
        release("wire.settable")
        values = dict(self._values)
        values.update(wanted)
        text = json.dumps(values).encode()
        kept = bytearray(4 + len(text))
        put_int(kept, 0, 4, order)
        kept[4:] = text
        self._keep.put(NAME, kept)
        self._values = values
        self.order = order
        self._settings.update(values)
        return DONE, len(wanted)
