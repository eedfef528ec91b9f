"""What of the journal goes to the server next, and what the server has said that it holds.

In this order: identity events (all that is no minute), ranges that the server asked for again, records made
since the connection came up, the backlog from the oldest on. A record is out of this as soon as a receipt
covers it, by `through` or by a range whose last digest is the journal's own; it is sent again when none does.
One that cannot be read, and has been told lost, holds up no other.
"""

from firmware.terminal.uplink.ranges import Ranges
from firmware.wire.envelope import RECORDS_MAX

WINDOW_RECORDS = 48
RECEIPTED_RANGES = 64
RESEND_RANGES = 4
BATCH_BYTES = 1900


class Outbox:
    """The journal as seen by the uplink. It keeps no record, only numbers."""

    def __init__(self, journal):
        self._journal = journal
        self._in_flight = Ranges(WINDOW_RECORDS)
        self._receipted = Ranges(RECEIPTED_RANGES)
        self._resend = Ranges(RESEND_RANGES)
        # A record from here on was made since this start.
        self._boot_seq = journal.next_seq
        self._identity_at = journal.through + 1
        self._backlog_at = journal.through + 1
        self._live_from = journal.through + 1
        self._live_at = journal.through + 1
        self.strange_receipts = 0

    @property
    def oldest(self):
        """The smallest number that was sent and has no receipt, 0 when there is none."""
        return self._in_flight.first()

    @property
    def idle(self):
        """Whether nothing waits to be recorded, sent or receipted; true only after an empty take()."""
        last = self._journal.durable_seq
        if self._in_flight.count or self._resend.count or last + 1 < self._journal.next_seq:
            return False
        return min(self._identity_at, self._live_at, self._backlog_at) > last

    def connected(self):
        """A new connection is up: what comes from now on is new, all before it backlog."""
        self.again()
        self._live_from = self._live_at = self._journal.durable_seq + 1

    def again(self):
        """Nothing that is in flight counts as sent any more."""
        first = self._in_flight.first()
        self._in_flight.clear()
        if first:
            self._identity_at = min(self._identity_at, first)
            self._backlog_at = min(self._backlog_at, first)
            self._live_at = max(self._live_from, min(self._live_at, first))

    def resend(self, first, last):
        """Send first..last again although they may be receipted; False when the journal has them no more."""
        journal = self._journal
        if not 1 <= first <= last <= journal.durable_seq:
            return False
        if journal.head_at(first) is None or journal.head_at(last) is None:
            return False
        self._resend.add(first, last)
        return True

    def take(self, records_max, window=WINDOW_RECORDS):
        """Records to send now, at most records_max consecutive ones; none when there is nothing to send."""
        room = min(records_max, window - self._in_flight.total(), RECORDS_MAX)
        if room <= 0:
            return ()
        last = self._journal.durable_seq
        seq = self._next_identity(last)
        if seq:
            return self._launch(seq, self._identity_run(seq, min(room, last - seq + 1)))
        if self._resend.count:
            return self._take_resend(room)
        seq = self._live_at = self._next_missing(self._live_at)
        if seq > last:
            seq = self._backlog_at = self._next_missing(self._backlog_at)
        if seq > last:
            return ()
        found = self._launch(seq, self._missing_run(seq, min(room, last - seq + 1)))
        if seq == self._backlog_at:
            self._backlog_at += max(len(found), 1)
        if seq == self._live_at:
            self._live_at += max(len(found), 1)
        return found

    def _read(self, seq, count):
        """The records from seq on. None of them when the first cannot be read: then it is passed over."""
        try:
            return self._journal.read_from(seq, count, BATCH_BYTES)
        except OSError:
            return ()

    def _launch(self, seq, count):
        found = self._read(seq, count)
        if found:
            self._in_flight.add(seq, seq + len(found) - 1)
        return found

    def _next_identity(self, last):
        while True:
            at = self._identity_at = self._next_missing(self._identity_at)
            if at > last:
                return 0
            seq = self._journal.next_identity(at)
            if not 0 < seq <= last:
                self._identity_at = last + 1
                return 0
            self._identity_at = seq + 1
            if self._next_missing(seq) == seq:
                return seq

    def _identity_run(self, seq, room):
        """How many identity events follow each other from seq on."""
        count = 1
        while count < room and self._journal.next_identity(seq + count) == seq + count:
            if self._next_missing(seq + count) != seq + count:
                break
            count += 1
        return count

    def _take_resend(self, room):
        seq = self._resend.first()
        count = min(room, self._resend.end_of(seq) - seq + 1)
        found = self._read(seq, count)
        self._resend.remove(seq, seq + max(len(found), 1) - 1)
        return found

    def _next_missing(self, seq):
        """The smallest number from seq on that is neither receipted nor in flight nor lost."""
        seq = max(seq, self._journal.through + 1)
        while True:
            end = self._in_flight.end_of(seq) or self._receipted.end_of(seq) or self._journal.lost.end_of(seq)
            if not end:
                return seq
            seq = end + 1

    def _missing_run(self, seq, room):
        """How many numbers from seq on, at most room, are neither receipted nor in flight nor lost."""
        for held in (self._in_flight, self._receipted, self._journal.lost):
            limit = held.next_after(seq)
            if limit:
                room = min(room, limit - seq)
        return room

    def on_receipt(self, through, head, ranges):
        """Believe a receipt. Returns 0: nothing new, 1: records are receipted, 2: also some of this start."""
        if not self._is_ours(through, head):
            self.strange_receipts += 1
            return 0
        found = 0
        if through > self._journal.through:
            found = self._settle(self._journal.through + 1, through)
        for first, last, digest in ranges:
            if last <= self._journal.through or self._receipted.end_of(first) >= last:
                continue
            if last > self._journal.durable_seq or self._journal.head_at(last) != digest:
                self.strange_receipts += 1
                continue
            found = max(found, self._settle(first, last))
        self._join()
        return found

    def _is_ours(self, through, head):
        journal = self._journal
        if through > journal.durable_seq:
            return False
        if through == 0:
            return True
        own = journal.head_at(through)
        # An old receipt, for what the journal holds no more, tells nothing; what it holds must agree.
        return own == head or (own is None and through <= journal.through)

    def _settle(self, first, last):
        self._in_flight.remove(first, last)
        self._receipted.add(first, last)
        return 2 if last >= self._boot_seq else 1

    def _join(self):
        """All up to some number is receipted or told lost: the journal may free it."""
        journal = self._journal
        through = journal.through
        while True:
            end = self._receipted.end_of(through + 1) or journal.lost.end_of(through + 1)
            if not end:
                break
            through = end
        if through > journal.through:
            try:
                journal.free_through(through)
            except OSError:
                # The ranges still know; the next receipt tries again.
                return
        self._receipted.remove(1, journal.through)
        if self._backlog_at > journal.durable_seq:
            # Looked at again: what could not be read, until it is told lost, and what the ranges forgot.
            self._backlog_at = journal.through + 1
