"""What time it is for the terminal, by the best source there has been, never backwards in training.

Sources, best first: GNSS, the server, the board's RTC. Between them and in silence the board's ticks carry
time on. steady_ms starts at 0 at boot and only counts time that passed: it serves time-outs, and the TIME
records map it to true time.
"""

from firmware.terminal.mapping import STEP_MS, Mapping

NONE = 0
RTC = 1
SERVER = 2
GNSS = 3
SILENCE_S = 5
CARRY_S = 5
LEAP_S = 3600
LEAP_TRAINING_S = 10
LEAP_TRAINING_EPOCHS = 30
HOLD_S = 60
HOLD_TOLD_EPOCHS = 2
STEP_S = STEP_MS // 1000
# The ticks of a crystal of 50 ppm lose a second in 5 hours: then the server knows better than an old fix.
ABSENT_MS = 6 * 3600 * 1000
# A receipt may have waited in the network: going back needs so many of one mind, so long.
BACK_TIMES = 3
BACK_MS = 60000
# How far a date that lost GPS weeks may be, put right, from a time that is known.
NEAR_S = 86400
HALF_ROLLOVER_S = 512 * 7 * 86400


class Clock:
    """Time of one terminal. ticks_ms() is the board's tick, already in the terminal's time.

    No time before floor_s is believed of the RTC and the server.
    """

    def __init__(self, ticks_ms, silent, floor_s=0):
        self._ticks_ms = ticks_ms
        self._silent = silent
        self._floor_s = floor_s
        self._ticks = ticks_ms()
        self._gnss_s = 0
        self._gnss_ms = 0
        self._leap_s = 0
        self._agreed = 0
        self._newest_s = 0
        self._hold_s = 0
        self._behind_ms = 0
        self._behind_times = 0
        self._mapping = Mapping()
        self.contradicted_s = 0
        self.utc_s = 0
        self.quality = NONE
        self.steady_ms = 0

    def not_before(self, utc_s):
        """The journal's newest record was made at utc_s: an earlier RTC has lost its time, and a training
        session that is still open goes on no earlier."""
        self._newest_s = max(self._newest_s, utc_s)

    def take_mapping(self):
        """The body of a TIME record that is due, or None; give it back by put_back if it was not written."""
        return self._mapping.take()

    def put_back(self, mapping):
        """A body from take_mapping() could not be written."""
        self._mapping.put_back(mapping)

    def on_rtc(self, utc_s):
        """The board's clock says utc_s (0: it does not know). Returns whether it is believed.

        Only before any better source has spoken, and only a time that can be: not before floor_s, after the
        journal's newest record, and not ten years after that.
        """
        if self.quality != NONE or utc_s < max(self._floor_s, self._newest_s + 1, 1):
            return False
        if self._newest_s and utc_s > self._newest_s + HALF_ROLLOVER_S:
            return False
        self._set(utc_s, RTC)
        return True

    def on_server_time(self, utc_s, in_training):
        """The server said utc_s in a receipt that has just come.

        It counts while satellites have said nothing for ABSENT_MS. It may have waited on its way, so that
        it moves the clock forward at once and back only when BACK_TIMES receipts over BACK_MS say so, and
        in training only by standing still.
        """
        if utc_s < max(self._floor_s, 1):
            return
        if self.quality == GNSS and self.steady_ms - self._gnss_ms < ABSENT_MS:
            return
        if self.quality == NONE:
            self._set(self._first_s(utc_s, in_training), SERVER)
            return
        ahead_s = utc_s - self.utc_s - (self._now() - self._ticks) // 1000
        if ahead_s >= -STEP_S:
            self._behind_times = 0
            if ahead_s <= STEP_S:
                self.quality = SERVER
                self._learn(self.utc_s, SERVER)
            elif ahead_s <= LEAP_TRAINING_S or not in_training:
                self._set(utc_s, SERVER)
            else:
                self._learn(self.utc_s + ahead_s, SERVER)
            return
        if not self._behind_times:
            self._behind_ms = self.steady_ms
        self._behind_times += 1
        if self._behind_times < BACK_TIMES or self.steady_ms - self._behind_ms < BACK_MS:
            return
        if not in_training:
            self._set(utc_s, SERVER)
            return
        self._learn(self.utc_s + ahead_s, SERVER)
        if -ahead_s <= HOLD_S:
            self._hold_s = -ahead_s
            self.quality = SERVER

    def _first_s(self, utc_s, in_training):
        """What the clock says when utc_s is the first it believes: an open session goes on, never back."""
        return max(utc_s, self._newest_s + 1) if in_training and not self.utc_s else utc_s

    def _set(self, utc_s, quality):
        """It is utc_s now; the seconds that ticks have still to carry are taken off."""
        self._mapping.learn(self._uptime_ms(), utc_s, quality, self._was_s())
        self.utc_s = utc_s - (self._now() - self._ticks) // 1000
        self.quality = quality
        self._hold_s = 0
        self._behind_times = 0

    def _learn(self, true_s, source):
        """At steady_ms it was true_s, whatever the stamps go on saying."""
        self._mapping.learn(self.steady_ms, true_s, source, self.utc_s)

    def _uptime_ms(self):
        return self.steady_ms + self._now() - self._ticks

    def _was_s(self):
        return self.utc_s + (self._now() - self._ticks) // 1000 if self.utc_s else 0

    def _now(self):
        ticks = self._ticks_ms()
        if ticks < self._ticks:
            # The board lost count: go on from what it says now.
            self._ticks = ticks
        return ticks

    def on_epoch(self, utc_s, valid, in_training, weeks=0):
        """An epoch said utc_s (0: it does not know). Returns whether a new second begins.

        weeks: GPS weeks that were put back into its date; such a date must fit what is known. An epoch
        without a valid position may carry time on but not set it. A leap needs more epochs that go on from
        it: one after an hour, and LEAP_TRAINING_EPOCHS when it is after LEAP_TRAINING_S in a training
        session or before the journal's newest record. Within a training session time never goes back: a
        clock that is up to HOLD_S ahead stands still until the epochs reach it. While epochs contradict
        the clock otherwise, ticks carry it on, and contradicted_s counts.
        """
        ticks = self._now()
        if utc_s and utc_s == self._gnss_s:
            return False
        if weeks and utc_s and not self._fits(utc_s):
            return self._by_ticks(ticks, valid)
        if valid and in_training and utc_s and 0 <= self.utc_s - utc_s <= HOLD_S:
            self.steady_ms += 1000
            self._go_on(ticks, utc_s, True)
            if self._agree(utc_s) >= HOLD_TOLD_EPOCHS:
                self._mapping.learn(self.steady_ms, utc_s, GNSS, self.utc_s, weeks)
            return True
        if not utc_s or not self._is_likely(utc_s, valid, in_training):
            passed = self._by_ticks(ticks, utc_s and valid)
            if valid and utc_s and self._agreed >= LEAP_TRAINING_EPOCHS:
                # The stamps must not follow it, but what is known is told.
                self._mapping.learn(self.steady_ms, utc_s, GNSS, self.utc_s, weeks)
            return passed
        was_s = self._was_s()
        self._pass(ticks, utc_s)
        self._go_on(ticks, utc_s, valid)
        self.utc_s = self._first_s(utc_s, in_training)
        if valid:
            self.quality = GNSS
            self._mapping.learn(self.steady_ms, utc_s, GNSS, was_s, weeks)
        self.contradicted_s = 0
        return True

    def _pass(self, ticks, utc_s):
        """Count what passed until an epoch: what it says itself, but a step of the clock by the ticks."""
        passed_ms = ticks - self._ticks
        step_s = utc_s - self.utc_s
        if not self.utc_s:
            self.steady_ms += passed_ms
        elif 0 < step_s <= LEAP_TRAINING_S and self.quality == GNSS:
            self.steady_ms += step_s * 1000
        else:
            self.steady_ms += max(passed_ms, 1000)

    def _go_on(self, ticks, utc_s, valid):
        self._ticks = ticks
        self._gnss_s = utc_s
        if valid:
            self._gnss_ms = self.steady_ms
        self._hold_s = 0
        self._behind_times = 0

    def _fits(self, utc_s):
        """Whether a date put right by whole rollovers agrees with what is known."""
        if self.quality != NONE:
            return abs(utc_s - self.utc_s) <= NEAR_S
        return not self._newest_s or -NEAR_S <= utc_s - self._newest_s <= HALF_ROLLOVER_S

    def _is_likely(self, utc_s, valid, in_training):
        if not valid:
            return self.utc_s and 0 < utc_s - self.utc_s <= CARRY_S
        back = in_training and utc_s <= self.utc_s
        if self.utc_s:
            near = abs(utc_s - self.utc_s) <= (LEAP_TRAINING_S if in_training else LEAP_S)
        else:
            near = utc_s >= self._newest_s - HOLD_S
        if near and not back:
            self._agreed = 0
            return True
        agreed = self._agree(utc_s)
        return not back and agreed >= (LEAP_TRAINING_EPOCHS if in_training or not self.utc_s else 1)

    def _agree(self, utc_s):
        """How many epochs before this one it goes on from, in a row."""
        self._agreed = self._agreed + 1 if 0 < utc_s - self._leap_s <= CARRY_S else 0
        self._leap_s = utc_s
        return self._agreed

    def in_silence(self):
        """Let the ticks carry time on when no epoch has come for SILENCE_S; True when a second passed."""
        ticks = self._now()
        if ticks - self._ticks < SILENCE_S * 1000 or not self._silent():
            return False
        return self._by_ticks(ticks, False)

    def _by_ticks(self, ticks, contradicted):
        whole_s = (ticks - self._ticks) // 1000
        if whole_s < 1:
            return False
        self._ticks += whole_s * 1000
        self.steady_ms += whole_s * 1000
        if contradicted:
            self.contradicted_s += 1
        if self.utc_s:
            held_s = min(self._hold_s, whole_s)
            self._hold_s -= held_s
            self.utc_s += whole_s - held_s
        return True

    def uptime_s(self):
        """Seconds since boot by the terminal's time."""
        return self.steady_ms // 1000
