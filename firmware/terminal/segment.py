"""A segment file of the journal: entries of length u16, CRC-32 u32 (big-endian) and record."""

import binascii
import os

from firmware.wire.fields import HEADER_SIZE, RECORD_MAX

ENTRY_HEAD = 6
SUFFIX = ".seg"


def path_of(folder, first_seq):
    """Path of the segment that begins with this seq."""
    return "%s/%010d%s" % (folder, first_seq, SUFFIX)


def first_seqs(folder):
    """First seq of each segment in a folder, ascending."""
    found = []
    for name in os.listdir(folder):
        if name.endswith(SUFFIX) and name[: -len(SUFFIX)].isdigit():
            found.append(int(name[: -len(SUFFIX)]))
    return sorted(found)


def seq_of(record):
    """Sequence number in a record's header."""
    return int.from_bytes(record[9:13], "big")


def entry_at(source, at):
    """The record of the entry at this offset, or None when there is no sound one."""
    source.seek(at)
    head = source.read(ENTRY_HEAD)
    if len(head) < ENTRY_HEAD:
        return None
    length = head[0] << 8 | head[1]
    if not HEADER_SIZE <= length <= RECORD_MAX:
        return None
    record = source.read(length)
    if len(record) < length or binascii.crc32(record) != int.from_bytes(head[2:6], "big"):
        return None
    return record


def entries(path):
    """(record, offset of its end) of each sound entry of a segment, one at a time.

    Where an entry is damaged, the next sound one is looked for byte by byte.
    """
    size = os.stat(path)[6]
    at = 0
    with open(path, "rb") as source:
        while at + ENTRY_HEAD <= size:
            record = entry_at(source, at)
            if record is None:
                at += 1
                continue
            at += ENTRY_HEAD + len(record)
            yield record, at
