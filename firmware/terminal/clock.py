"""What time it is for the terminal: the GNSS's time when there is one, never backwards.

Between epochs and in silence the board's ticks carry it on. steady_ms serves time-outs: it starts at 0
at boot and follows the same source.
"""

NONE = 0
GNSS = 3
SILENCE_S = 5
CARRY_S = 5
LEAP_S = 3600
LEAP_TRAINING_S = 10
LEAP_TRAINING_EPOCHS = 30
HOLD_S = 60


class Clock:
    """Time of one terminal. ticks_ms() is the board's tick, already in the terminal's time."""

    def __init__(self, ticks_ms, silent):
        self._ticks_ms = ticks_ms
        self._silent = silent
        self._ticks = ticks_ms()
        self._start = self._ticks
        self._gnss_s = 0
        self._leap_s = 0
        self._agreed = 0
        self.contradicted_s = 0
        self.utc_s = 0
        self.quality = NONE
        self.steady_ms = 0

    def on_epoch(self, utc_s, valid, in_training):
        """An epoch said utc_s (0: it does not know). Returns whether a new second begins.

        An epoch without a valid position may carry time on but not set it. A leap needs more epochs that go
        on from it: one after an hour, and within a training session LEAP_TRAINING_EPOCHS after
        LEAP_TRAINING_S. Within a training session time never goes back: a clock that is up to HOLD_S ahead
        stands still until the epochs reach it. While epochs contradict the clock otherwise, ticks carry it
        on, and contradicted_s counts.
        """
        ticks = self._ticks_ms()
        if utc_s and utc_s == self._gnss_s:
            return False
        if valid and in_training and 0 <= self.utc_s - utc_s <= HOLD_S:
            self.steady_ms += 1000
            self._ticks = ticks
            self._gnss_s = utc_s
            return True
        if not utc_s or not self._is_likely(utc_s, valid, in_training):
            passed = self._by_ticks(ticks)
            if passed and utc_s and valid:
                self.contradicted_s += 1
            return passed
        if self.utc_s == 0:
            self.steady_ms += ticks - self._ticks
        else:
            self.steady_ms += max(utc_s - self.utc_s, 1) * 1000
        self._ticks = ticks
        self._gnss_s = utc_s
        self.utc_s = utc_s
        self.quality = GNSS
        self.contradicted_s = 0
        return True

    def _is_likely(self, utc_s, valid, in_training):
        if not valid:
            return self.utc_s and 0 < utc_s - self.utc_s <= CARRY_S
        if in_training and utc_s <= self.utc_s:
            return False
        if not self.utc_s or abs(utc_s - self.utc_s) <= (LEAP_TRAINING_S if in_training else LEAP_S):
            self._agreed = 0
            return True
        self._agreed = self._agreed + 1 if 0 < utc_s - self._leap_s <= CARRY_S else 0
        self._leap_s = utc_s
        return self._agreed >= (LEAP_TRAINING_EPOCHS if in_training else 1)

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
