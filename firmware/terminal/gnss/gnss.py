"""Epochs out of a GNSS receiver's bytes: RMC, GGA and GSA of one time joined, all in integers.

An epoch ends when RMC, GGA and a GSA have come (in any order), or when a sentence of another
time begins, or after 150 ms of silence. One epoch a second comes out: of a receiver that
sends several, the one at .000, and the others are passed over unread; of a receiver whose
fraction is never 0, the first in each second, its time cut to the second.
"""

from firmware.terminal.gnss.epoch import epoch_of
from firmware.terminal.gnss.nmea import GNS, GSA, RMC, TOP, TXT, Sentences, date_days, day_seconds, time_key

SILENCE_MS = 150
# 2020-01-01: no terminal is older, so an earlier date has lost GPS weeks.
FLOOR_S = 1577836800
ROLLOVER_WEEKS = 1024
_ROLLOVER_S = ROLLOVER_WEEKS * 7 * 86400
_DAY_MS = 86400000
# Epochs closer than this come from a receiver that sends more than one a second.
_FAST_MS = 900
_FIX_MODES = {b"1": 1, b"2": 2, b"3": 3}

ANTENNA_UNKNOWN = 0
ANTENNA_OK = 1
ANTENNA_OPEN = 2
ANTENNA_SHORT = 3
# u-blox says ANTSTATUS=OPEN, CASIC and its kin ANTENNA OPEN.
_ANTENNAS = {
    b"ANTSTATUS=OK": ANTENNA_OK,
    b"ANTSTATUS=OPEN": ANTENNA_OPEN,
    b"ANTSTATUS=SHORT": ANTENNA_SHORT,
    b"ANTSTATUS=INIT": ANTENNA_UNKNOWN,
    b"ANTSTATUS=DONTKNOW": ANTENNA_UNKNOWN,
    b"ANTENNA OK": ANTENNA_OK,
    b"ANTENNA OPEN": ANTENNA_OPEN,
    b"ANTENNA SHORT": ANTENNA_SHORT,
}
# GlobalTop PGTOP,11: 1 the active antenna is shorted, 2 the built-in one is in use, 3 the active one.
_TOP_ANTENNAS = {b"1": ANTENNA_SHORT, b"2": ANTENNA_OPEN, b"3": ANTENNA_OK}


class Gnss:
    """Bytes in by feed(), epochs out by take(); idle() tells of silence on the line.

    A date before floor_s (Unix seconds) is moved on by 1024 weeks until it is not: set it
    below the recording's day to play an old one. antenna is what the receiver said of it last,
    ANTENNA_UNKNOWN before; heard counts the sentences read.
    """

    def __init__(self, floor_s=FLOOR_S):
        self.antenna = ANTENNA_UNKNOWN
        self.heard = 0
        self._sentences = Sentences(self._sentence)
        self._floor_s = floor_s
        self._ready = []
        self._date = b""
        self._days = -1
        # The last epoch, to tell late sentences, repeats and the receiver's rate.
        self._last_key = -1
        self._last_ms = -1
        self._last_clock = -1
        self._fast = 1
        self._step_ms = _FAST_MS
        self._gns_key = -1
        self._gns_estimated = False
        # True while a GSA that comes before the first RMC or GGA is known to be of a new epoch.
        self._fresh = True
        self._clear()

    def _clear(self):
        self._open = False
        self._key = -1
        self._rmc = None
        self._gga = None
        self._mode = 0

    @property
    def refused(self):
        """Sentences dropped for a wrong checksum or for their length, since the start."""
        return self._sentences.refused

    def feed(self, buffer, n):
        """Take the first n bytes of a bytes-like object. Never raises for what they hold."""
        self._sentences.feed(buffer, n)

    def take(self):
        """The oldest epoch not yet taken, or None. Call until None after every feed()."""
        return self._ready.pop(0) if self._ready else None

    def idle(self, ms_since_last_byte):
        """End the epoch that is under way once the line has been silent for 150 ms."""
        if ms_since_last_byte >= SILENCE_MS:
            if self._open:
                self._close()
            self._fresh = True

    def _sentence(self, kind, fields):
        if not kind:
            # An epoch between two seconds has begun.
            self._fast = 3
            if self._open:
                self._close()
            return
        self.heard += 1
        if kind == GSA:
            self._take_gsa(fields)
            return
        if kind >= TXT:
            self._take_remark(kind, fields)
            return
        key = time_key(fields[1])
        if key == -2:
            return
        if kind == GNS:
            self._take_gns(key, fields)
        elif (key < 0 or key != self._last_key) and len(fields) >= (12 if kind == RMC else 10):
            self._place(kind, key, fields)

    def _take_gsa(self, fields):
        # A GSA between two epochs belongs to either; only a known boundary tells which.
        if len(fields) < 3 or not (self._open or self._fresh):
            return
        if not self._mode:
            self._mode = _FIX_MODES.get(fields[2], 0)
        self._close_if_complete()

    def _take_remark(self, kind, fields):
        if kind == TXT and len(fields) == 5:
            self.antenna = _ANTENNAS.get(fields[4], self.antenna)
        elif kind == TOP and len(fields) == 3 and fields[1] == b"11":
            self.antenna = _TOP_ANTENNAS.get(fields[2], self.antenna)

    def _take_gns(self, key, fields):
        """GNS gives no position here, only its time (a new epoch has begun) and its mode."""
        if key < 0 or len(fields) < 7:
            return
        if self._open and self._key >= 0 and self._key != key:
            self._close()
        if not self._open and key != self._last_key:
            self._fresh = True
        self._gns_key = key
        modes = fields[6]
        self._gns_estimated = b"E" in modes and not modes.replace(b"E", b"").replace(b"N", b"")

    def _place(self, kind, key, fields):
        """Put an RMC or GGA into the epoch under way, or end that one and begin another."""
        if self._open:
            untimed = key < 0 or self._key < 0
            taken = (self._rmc if kind == RMC else self._gga) is not None
            if (taken and untimed) or (not untimed and key != self._key):
                self._close()
            elif taken:
                return
        self._open = True
        if key >= 0:
            self._key = key
        if kind == RMC:
            self._rmc = fields
        else:
            self._gga = fields
        self._close_if_complete()

    def _close_if_complete(self):
        if self._mode and self._rmc is not None and self._gga is not None:
            self._close()

    def _close(self):
        key = self._key
        if key < 0 or self._due(key):
            self._ready.append(self._epoch(key, self._rmc, self._gga))
        self._last_key = key
        self._fresh = False
        self._clear()

    def _due(self, key):
        """Whether the epoch of this time is the one of its second."""
        clock = key // 1000
        fraction_ms = key % 1000
        now_ms = day_seconds(key) * 1000 + fraction_ms
        if self._last_ms >= 0:
            passed_ms = (now_ms - self._last_ms) % _DAY_MS
            if passed_ms < _FAST_MS:
                self._fast = 3
                self._step_ms = passed_ms
            elif self._fast:
                self._fast -= 1
        first = self._last_ms >= 0 and fraction_ms < self._step_ms
        self._last_ms = now_ms
        self._sentences.skim = self._fast > 1 and fraction_ms == 0
        if (self._fast and fraction_ms and not (self._fast > 1 and first)) or clock == self._last_clock:
            return False
        self._last_clock = clock
        return True

    def _epoch(self, key, rmc, gga):
        utc_s = 0
        weeks = 0
        # Second 60 has no number of its own in Unix time.
        if rmc is not None and rmc[1] and key // 1000 % 100 < 60:
            if rmc[9] != self._date:
                self._date = rmc[9]
                self._days = date_days(rmc[9])
            if self._days >= 0:
                utc_s = self._days * 86400 + day_seconds(key)
        while 0 < utc_s < self._floor_s:
            utc_s += _ROLLOVER_S
            weeks += ROLLOVER_WEEKS
        guessed = self._gns_estimated and self._gns_key == key
        return epoch_of(key, utc_s, weeks, rmc, gga, self._mode, guessed)
