"""The main loop's stages, kept over a reset, so that the next boot tells what it was at when it hung."""

# Stages of the main loop, in BOOT records; numbers are stable for ever.
WAIT = 1
RECEIVER = 2
VEHICLE = 3
FACE = 4
SESSION = 5
JOURNAL = 6
UPLINK = 7
SCREEN = 8
CAMERA = 9
SIGNER = 10
UPDATE = 11
FENCE = 12
HEALTH = 13
ORDERS = 14
# Word by word the names of stages 0 and on.
STAGE_NAMES = (
    "unknown wait receiver vehicle face session journal uplink screen camera signer update "
    "fence health orders"
)

SLOW_MS = 5000


class Watch:
    """Follows the main loop.

    keep_stage(stage) keeps a number over a reset. always: it costs nothing (RTC memory), so every stage is
    kept; otherwise (a file) only a stage that took longer than slow_ms, once it is over. feed() is the
    board's watchdog.
    """

    def __init__(self, ticks_ms, keep_stage, feed, always, slow_ms=SLOW_MS):
        self._ticks_ms = ticks_ms
        self._keep_stage = keep_stage
        self._feed = feed
        self._always = always
        self._slow_ms = slow_ms
        self._since = ticks_ms()
        self.stage = 0
        self.slow_stage = 0

    def at(self, stage):
        """The main loop now begins this stage."""
        now = self._ticks_ms()
        if now - self._since > self._slow_ms:
            self.slow_stage = self.stage
            if not self._always:
                self._keep_stage(self.stage)
        self.stage = stage
        self._since = now
        if self._always:
            self._keep_stage(stage)

    def feed(self):
        """The main loop has come round."""
        self._feed()
