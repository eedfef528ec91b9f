"""What a journal does once, at start: finds its end in the newest sectors, and the minute then not over."""

from firmware.terminal.journal.flash_log import (
    HEAD_SIZE,
    RECEIPT,
    RECORD,
    SECTOR_SIZE,
    SPLIT,
    number,
    seq_of,
)
from firmware.wire.fields import HEADER_SIZE, MINUTE, THINNED
from firmware.wire.records import digest

# A minute's drafts, and the receipts since the newest header, lie in these.
NEWEST_SECTORS = 3


class JournalError(OSError):
    """The journal cannot say what the last record was, so no record can follow it."""


def recover(writer, records, run):
    """Set writer and run up to go on where the flash ends; returns the bytes that a power cut left torn."""
    index = writer.index
    if index.count == index.thin:
        return 0
    reader = records.reader
    newest = index.count - 1
    slot = index.slots[newest]
    head = bytearray(HEAD_SIZE)
    writer.flash.read_into(slot * SECTOR_SIZE, head)
    # The header alone says where the chain stood when the sector was begun.
    base_seq = number(head, 12, 4) - 1
    writer.order = number(head, 8, 4)
    last_seq = base_seq
    receipt_head = None
    for position in range(max(newest - NEWEST_SECTORS + 1, index.thin), newest + 1):
        reader.seek(index.slots[position])
        if position == newest:
            sound = reader.end
        while reader.next():
            if reader.kind <= SPLIT:
                last_seq = max(last_seq, seq_of(reader.payload))
                if reader.kind == RECORD and reader.payload[0] != MINUTE and position == newest:
                    writer.plain = 0
                if reader.payload[0] == THINNED:
                    writer.told_last = number(reader.payload, HEADER_SIZE + 4, 4)
            elif reader.kind == RECEIPT and number(reader.payload, 0, 4) >= writer.through:
                writer.through = number(reader.payload, 0, 4)
                receipt_head = bytes(reader.payload[4:36]) if reader.size >= 36 else None
            run.follow(reader, index, position)
        if position == newest:
            sound = max(sound, reader.end)
    if run.order:
        writer.draft_order = run.order
    writer.slot = slot
    writer.at = reader.programmed_end(sound)
    torn = writer.at - sound
    _find_head(writer, records, last_seq, base_seq, bytes(head[20:52]))
    if index.firsts[0] - 1 > writer.through:
        # Sectors go only when they are receipted; the memory of it was lost.
        writer.through = min(index.firsts[0] - 1, writer.next_seq - 1)
    writer.saved_through = writer.through
    if writer.through >= writer.next_seq:
        # The flash lost records that the server has: go on after them, never with their numbers.
        if receipt_head is None:
            raise JournalError("journal: nothing before seq %d can be read" % (writer.through + 1))
        writer.next_seq = writer.through + 1
        writer.head = receipt_head
        writer.at = SECTOR_SIZE
    writer.durable_seq = writer.next_seq - 1
    writer.durable_head = writer.head
    return torn


def _find_head(writer, records, last_seq, base_seq, base_head):
    writer.next_seq = base_seq + 1
    writer.head = base_head
    for seq in range(last_seq, base_seq, -1):
        record = records.read(seq)
        if record is not None:
            writer.next_seq = seq + 1
            writer.head = digest(record)
            return
