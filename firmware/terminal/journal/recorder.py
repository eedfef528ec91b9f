"""Gives every record its header: number, chain, boot, uptime and time, and puts it into the journal."""

from firmware.terminal.session.minute import recovered_body
from firmware.wire import fields, records


class Recorder:
    """The only writer of the journal."""

    def __init__(self, terminal, boot, journal, clock):
        self._journal = journal
        self._clock = clock
        self._values = {"terminal": terminal, "boot": boot}

    def next_seq(self):
        """The seq that the next record will have."""
        return self._journal.next_seq

    def write(self, kind, body, urgent=False):
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
        self._journal.append(records.encode(values), urgent)
        return seq

    def draft(self, values):
        """Journal what the running minute has gathered: MinuteBuilder.draft() and whose minute it is."""
        return self._journal.draft(values)

    def recovered(self):
        """The minute that is not over, as its drafts tell (Journal.recovered), or None."""
        return self._journal.recovered

    def write_recovered(self):
        """Record the minute that a power cut ended, as far as it is known; its seq, or 0 when too short."""
        recovered = self._journal.recovered
        body = recovered_body(recovered) if recovered is not None else None
        seq = self.write(fields.MINUTE, body) if body is not None else 0
        self._journal.drop_drafts()
        return seq

    def step(self, now_ms):
        """Let the journal do a small piece of what is due; record what it has thinned, and say if it has."""
        self._journal.step(now_ms)
        thinned = self._journal.thinned
        if thinned is not None:
            self.write(fields.THINNED, thinned)
        return thinned is not None
