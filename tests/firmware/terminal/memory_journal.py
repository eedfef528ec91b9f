"""A journal in memory with the methods that the uplink uses; records are as short as the wire allows."""

from firmware.terminal.uplink.ranges import Ranges
from firmware.wire import records
from firmware.wire.fields import DIAGNOSTIC, MINUTE

FIELDS = {"boot": 1, "uptime_s": 1, "utc_s": 2, "clock": 0}


def minute_body():
    return {
        "session": 1,
        "trainee": 1,
        "instructor": 1,
        "course": 0,
        "minute": 1,
        "odometer_m": 0,
        "wheel_m": 0,
        "rpm_max": 0,
        "ignition_s": 0,
        "counted_s": 0,
        "stops": 0,
        "fixes": [],
    }


class MemoryJournal:
    """unreadable: seqs that the medium has lost; lost: those that were told.

    What write() and put() append is durable after append().
    """

    def __init__(self, terminal):
        self._terminal = terminal
        self._records = {}
        self.unreadable = set()
        self.lost = Ranges(16)
        self.next_seq = 1
        self.durable_seq = 0
        self.through = 0
        self.head = records.ZERO_DIGEST
        self.saved = 0

    def put(self, kind, body):
        """Append one record of that kind; it is not durable yet."""
        values = dict(FIELDS)
        values.update(body)
        values.update({"kind": kind, "terminal": self._terminal, "seq": self.next_seq, "prev": self.head})
        record = records.encode(values)
        self._records[self.next_seq] = record
        self.head = records.digest(record)
        self.next_seq += 1

    def recent(self):
        """Every record, oldest first."""
        for seq in sorted(self._records):
            yield self._records[seq]

    def write(self, kinds):
        """Append records: "m" a minute, "i" an identity event; nothing is durable yet."""
        for kind in kinds:
            if kind == "m":
                self.put(MINUTE, minute_body())
            else:
                self.put(DIAGNOSTIC, {"code": 1, "state": 0, "value": 3})

    def cut(self):
        """The power goes: what is not durable is gone."""
        while self.next_seq > self.durable_seq + 1:
            self.next_seq -= 1
            del self._records[self.next_seq]
        self.head = self.head_at(self.durable_seq) or records.ZERO_DIGEST

    def append(self, kinds):
        self.write(kinds)
        self.durable_seq = self.next_seq - 1

    def _readable(self, seq):
        return seq in self._records and seq not in self.unreadable and seq <= self.durable_seq

    def head_at(self, seq):
        return records.digest(self._records[seq]) if self._readable(seq) else None

    def read_from(self, seq, records_max, bytes_max):
        found = []
        while self._readable(seq) and len(found) < records_max:
            bytes_max -= len(self._records[seq])
            if found and bytes_max < 0:
                break
            found.append(self._records[seq])
            seq += 1
        return found

    def next_identity(self, seq):
        while seq < self.next_seq:
            if self._records[seq][0] != MINUTE:
                return seq
            seq += 1
        return 0

    def free_through(self, through):
        assert self.through < through < self.next_seq
        self.through = through
        self.lost.remove(1, through)

    def save_through(self):
        self.saved = self.through
