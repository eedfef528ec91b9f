"""The drafts on the journal's flash of the minute that is not over."""

from firmware.terminal.journal.draft import DRAFT_MAX, FIXES_MAX, FixStream, decode, encode
from firmware.terminal.journal.flash_log import DRAFT, HEAD_SIZE, RECORD, SPLIT, number
from firmware.wire.fields import HEADER_SIZE, MINUTE, MINUTE_SIZE, SIGN_OUT

FIXES_AT = HEADER_SIZE + MINUTE_SIZE
# A minute's drafts take a fraction of a sector; only failing writes can spread them further.
SECTORS_BACK = 8


class DraftRun:
    """The drafts of the minute that is not over: where the first one is and how many there are."""

    def __init__(self):
        self.tag = 0
        self.count = 0
        self.order = 0
        self.at = 0
        self.session = 0
        self.minute = 0
        self.seconds = bytearray(8)
        self.stream = FixStream()

    def write(self, writer, values, done, spare):
        """Put one draft on the flash: the fixes of values from done on, as many as fit."""
        is_first = not self.count or (self.session, self.minute) != (values["session"], values["minute"])
        tag = self.tag + 1 & 255 if is_first else self.tag
        payload = bytearray(DRAFT_MAX)
        size = encode(payload, 0, tag, 0 if is_first else self.count, values, done, self.stream)
        before = writer.put(DRAFT, payload[:size], spare)
        order, at = writer.order, writer.at + before
        try:
            writer.flush()
        except OSError:
            writer.filled = before
            raise
        if writer.order != order:
            # The sector failed, and the buffer went to a new one.
            order, at = writer.order, HEAD_SIZE + before
        if is_first:
            self.begin(tag, order, at, values["session"], values["minute"])
            writer.draft_order = order
        self.count += 1
        for fix in values["fixes"][done : done + FIXES_MAX]:
            self.mark(fix[0])

    def follow(self, reader, index, position):
        """Recovery came to this entry: keep count of the drafts."""
        payload = reader.payload
        if reader.kind == DRAFT:
            if payload[1] == 0:
                order = index.order_at(position)
                self.begin(payload[0], order, reader.at, number(payload, 11, 4), number(payload, 36, 4))
            if payload[0] == self.tag and payload[1] == self.count:
                self.count += 1
        elif reader.kind == SPLIT and payload[FIXES_AT] == self.tag:
            self.count = 0
        elif reader.kind == RECORD and self.ends_with(payload):
            self.count = 0

    def read(self, reader, index):
        """What the drafts say, as one dict (see Journal.draft); None when there is no such minute."""
        if not self.count:
            return None
        values = {}
        self.stream.reset()
        for i in range(8):
            self.seconds[i] = 0
        first = index.position_of_order(index.count - 1, self.order & 65535, SECTORS_BACK)
        found = 0
        for number_found in walk(reader, index, first, self.at, self.tag, self.count):
            decode(reader.payload, reader.size, values, self.stream)
            found = number_found
        if found < self.count:
            self.count = 0
            return None
        for fix in values["fixes"]:
            self.mark(fix[0])
        return values

    def begin(self, tag, order, at, session, minute):
        """The first draft of a minute is at this offset of the sector of that order."""
        self.tag = tag
        self.count = 0
        self.order = order
        self.at = at
        self.session = session
        self.minute = minute
        for i in range(8):
            self.seconds[i] = 0

    def mark(self, second):
        """A draft holds this second's fix."""
        self.seconds[second >> 3] |= 128 >> (second & 7)

    def is_of(self, record):
        """Whether this record is the minute that the drafts belong to."""
        return (
            self.count > 0
            and record[0] == MINUTE
            and number(record, HEADER_SIZE, 4) == self.session
            and number(record, HEADER_SIZE + 25, 4) == self.minute
        )

    def ends_with(self, record):
        """Whether the record says that the minute will never be more than it is."""
        return self.count > 0 and (
            self.is_of(record) or (record[0] == SIGN_OUT and number(record, HEADER_SIZE, 4) == self.session)
        )


def draft_order(payload):
    """Of a minute's entry (see drafted_minute): where its first draft is, in 16 bits."""
    return number(payload, FIXES_AT + 2, 2)


def walk(reader, index, position, at, tag, count):
    """Stop at each of so many drafts of this tag in turn, the first at this offset; the reader holds it."""
    found = 0
    end = min(position + SECTORS_BACK, index.count)
    while found < count and index.thin <= position < end:
        reader.seek(index.slots[position], at)
        while found < count and reader.next():
            if reader.kind == DRAFT and reader.payload[0] == tag and reader.payload[1] == found:
                found += 1
                yield found
        position += 1
        at = 0
