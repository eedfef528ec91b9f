"""Gives every record its header: number, chain, boot, uptime and time, and puts it into the journal."""

from firmware.wire import records


class Recorder:
    """The only writer of the journal."""

    def __init__(self, terminal, boot, journal, clock):
        self._journal = journal
        self._clock = clock
        self._values = {"terminal": terminal, "boot": boot}

    def next_seq(self):
        """The seq that the next record will have."""
        return self._journal.next_seq

    def write(self, kind, body):
        """Journal one record of that kind; body is the dict of its fields. Returns its seq."""
        values = dict(body)
        values.update(self._values)
        seq = self._journal.next_seq
        values["kind"] = kind
        values["seq"] = seq
        values["prev"] = self._journal.head
        values["uptime_s"] = self._clock.uptime_s()
        values["utc_s"] = self._clock.utc_s
        values["clock"] = self._clock.quality
        self._journal.append(records.encode(values))
        return seq
