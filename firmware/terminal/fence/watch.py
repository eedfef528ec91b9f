"""Tells the instructor when the car leaves the training ground and when it is back. It only informs.

Some fixes in a row decide, so that one stray fix says nothing: out when all lie further than the margin from
every fence, back when all lie within half the margin. In between, what was said last holds.
"""

IN_A_ROW = 3


class FenceWatch:
    """show(code) tells the instructor: "outside" and "inside". grounds may be None: nothing is said."""

    def __init__(self, show, margin_m, grounds=None):
        self._show = show
        self._margin_cm = margin_m * 100
        self.grounds = grounds
        self.outside = False
        self._out = 0
        self._back = 0

    def set_margin(self, margin_m):
        """The server has set another margin, in metres."""
        self._margin_cm = margin_m * 100

    def stop(self):
        """The training session has ended."""
        self.outside = False
        self._out = 0
        self._back = 0

    def on_second(self, epoch, part):
        """A second of a training session of this part (0: no session). Returns whether the car is outside."""
        grounds = self.grounds
        if grounds is None or not part:
            if self.outside or self._out:
                self.stop()
            return False
        if epoch is None or not epoch.valid or not epoch.utc_s:
            return self.outside
        if not self.outside:
            self._watch_leaving(grounds, epoch, part)
        elif grounds.inside(epoch.lat_e7, epoch.lon_e7, part, epoch.utc_s, self._margin_cm // 2):
            self._back += 1
            if self._back >= IN_A_ROW:
                self.stop()
                self._show("inside")
        else:
            self._back = 0
        return self.outside

    def _watch_leaving(self, grounds, epoch, part):
        if grounds.inside(epoch.lat_e7, epoch.lon_e7, part, epoch.utc_s, self._margin_cm):
            self._out = 0
        elif grounds.knows(part, epoch.utc_s):
            self._out += 1
            if self._out >= IN_A_ROW:
                self.outside = True
                self._back = 0
                self._show("outside")
