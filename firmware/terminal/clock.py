"""What time it is for the terminal: the GNSS's time when there is one, never backwards.

Between epochs and in silence the board's ticks carry it on. steady_ms serves time-outs: it starts at 0
at boot and follows the same source.
"""

NONE = 0
GNSS = 3
SILENCE_S = 5
CARRY_S = 5
LEAP_S = 3600


class Clock:
    """Time of one terminal. ticks_ms() is the board's tick, already in the terminal's time."""

    def __init__(self, ticks_ms, silent):
        self._ticks_ms = ticks_ms
        self._silent = silent
        self._ticks = ticks_ms()
        self._start = self._ticks
        self._gnss_s = 0
        self._leap_s = 0
        self.utc_s = 0
        self.quality = NONE
        self.steady_ms = 0

    def on_epoch(self, utc_s, valid, in_training):
        """An epoch said utc_s (0: it does not know). Returns whether it begins a new second.

        An epoch without a valid position may carry time on but not set it; a leap of more than LEAP_S needs
        a second epoch that says the same. What the ticks ran ahead in a silence is given back, but never
        within a training session.
        """
        ticks = self._ticks_ms()
        if utc_s == 0 or not self._is_likely(utc_s, valid):
            return self._by_ticks(ticks)
        if self.utc_s == 0:
            self.steady_ms += ticks - self._ticks
        elif utc_s == self._gnss_s or (in_training and utc_s <= self.utc_s):
            return False
        else:
            self.steady_ms += max(utc_s - self.utc_s, 1) * 1000
        self._ticks = ticks
        self._gnss_s = utc_s
        self.utc_s = utc_s
        self.quality = GNSS
        return True

    def _is_likely(self, utc_s, valid):
        if not valid:
            return self.utc_s and 0 <= utc_s - self.utc_s <= CARRY_S
        leap = self.utc_s and abs(utc_s - self.utc_s) > LEAP_S
        confirmed = not leap or 0 <= utc_s - self._leap_s <= CARRY_S
        self._leap_s = utc_s if leap else 0
        return confirmed

    def in_silence(self):
        """Let the ticks carry time on when no epoch has come for SILENCE_S; True when a second passed."""
        ticks = self._ticks_ms()
        if ticks - self._ticks < SILENCE_S * 1000 or not self._silent():
            return False
        return self._by_ticks(ticks)

    def _by_ticks(self, ticks):
        whole_s = (ticks - self._ticks) // 1000
        if whole_s < 1:
            return False
        self._ticks += whole_s * 1000
        self.steady_ms += whole_s * 1000
        if self.utc_s:
            self.utc_s += whole_s
        return True

    def uptime_s(self):
        """Seconds since boot by the terminal's time."""
        return self.steady_ms // 1000
