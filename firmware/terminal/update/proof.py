"""What a new version must have done before there is no way back to the one before it.

Good is: a satellite epoch with valid time, a receipt from the server over MQTT, and a record appended and
read back. Until then each start counts (update.slots), and a version that runs on without getting
there is restarted after PROVE_WITHIN_S, so that it does not keep a terminal that nobody switches off.
"""

from firmware.wire import records
from firmware.wire.fields import RECORD_MAX

PROVE_WITHIN_S = 4 * 3600


class Proof:
    """Watches an unproven version. slots is where it is marked good; step by step, in any order."""

    def __init__(self, slots):
        self._slots = slots
        self._gnss = self._transfer = self._journal = False
        self.good = slots.proven

    def gnss(self):
        """An epoch with valid time has come."""
        self._gnss = True
        self._settle()

    def transfer(self):
        """The broker is connected and a sealed receipt of the server has come over it."""
        self._transfer = True
        self._settle()

    def journal(self, journal):
        """A record was appended by this version: read it back and compare with the chain's head."""
        if self._journal or self.good:
            return
        found = journal.read_from(journal.next_seq - 1, 1, RECORD_MAX)
        if found and records.digest(found[0]) == journal.head:
            self._journal = True
            self._settle()

    def overdue(self, uptime_s):
        """Whether to raise slots.Restart now; ask outside training only."""
        return not self.good and uptime_s >= PROVE_WITHIN_S

    def _settle(self):
        """Raises OSError when the mark cannot be written; it is tried again at the next call."""
        if self._gnss and self._transfer and self._journal and not self.good:
            self._slots.mark_good()
            self.good = True
