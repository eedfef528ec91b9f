"""A bounded rate: so many a second in the long run, a second's worth at once."""


class Pace:
    """ticks_ms() is the time; per_s may be changed at any moment."""

    def __init__(self, ticks_ms, per_s):
        self._ticks_ms = ticks_ms
        self.per_s = per_s
        self._last_ms = ticks_ms()
        # In thousandths, so that no fraction of one is lost.
        self._room_milli = per_s * 1000

    def room(self):
        """How many may go now; not positive while it has to wait."""
        now_ms = self._ticks_ms()
        passed_ms = min(max(now_ms - self._last_ms, 0), 1000)
        self._last_ms = now_ms
        self._room_milli = min(self._room_milli + passed_ms * self.per_s, self.per_s * 1000)
        return self._room_milli // 1000

    def spend(self, count):
        """So many went; more than there was room for is made up by waiting."""
        self._room_milli -= count * 1000
