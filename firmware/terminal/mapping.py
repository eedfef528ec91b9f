"""What a terminal knows of true time, as offsets from its uptime: the TIME records' bodies.

Stamps are never rewritten; a TIME record says what time it truly was, for every record of its boot.
"""

# A told offset that is further off than this no longer holds.
STEP_MS = 2000


class Mapping:
    """Offers a TIME record's body when what was told last no longer holds."""

    def __init__(self):
        self._source = 0
        self._offset_ms = 0
        self._offer = None

    def learn(self, uptime_ms, true_s, source, was_s, weeks=0):
        """At uptime_ms it is true_s by source (a clock quality); the terminal's own clock says was_s."""
        offset_ms = true_s * 1000 - uptime_ms
        if source == self._source and abs(offset_ms - self._offset_ms) <= STEP_MS:
            return
        self._source = source
        self._offset_ms = offset_ms
        self._offer = {
            "uptime_ms": uptime_ms,
            "true_s": true_s,
            "true_ms": 0,
            "source": source,
            "was_s": was_s,
            "weeks": weeks,
        }

    def take(self):
        """The body not yet taken, or None. Only the newest is kept."""
        offer, self._offer = self._offer, None
        return offer

    def put_back(self, offer):
        """The journal refused the body: offer it again, unless a newer one is there."""
        if self._offer is None:
            self._offer = offer
