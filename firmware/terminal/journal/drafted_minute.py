"""A minute record whose fixes are in drafts already: what its own entry holds, and how both are joined again.

Payload of such an entry: the record up to its fixes, tag u8, drafts u8, order u16 (low bits of the order of
the sector with the first draft), at u16 (offset of that draft in its sector), CRC-32 u32 of the whole record,
then the record's fixes that no draft holds, in the record's order.
"""

import binascii

from firmware.terminal.journal.draft import FixStream, decode
from firmware.terminal.journal.drafts import FIXES_AT, SECTORS_BACK, walk
from firmware.terminal.journal.flash_log import number
from firmware.wire.fields import COARSE_S, FIX_SIZE
from firmware.wire.fixes import pack_one
from firmware.wire.pack import put_int

TAIL_SIZE = 10


def order_of(bits):
    """The seconds of a minute's fixes in the order of the record: the coarse ones first."""
    coarse = bytearray()
    fine = bytearray()
    for second in range(60):
        if bits[second >> 3] & (128 >> (second & 7)):
            (fine if second % COARSE_S else coarse).append(second)
    return coarse + fine


def split(record, run):
    """The payload of the minute's entry; run: its drafts."""
    buffer = bytearray(len(record) + TAIL_SIZE)
    at = FIXES_AT
    buffer[:at] = record[:at]
    buffer[at] = run.tag
    buffer[at + 1] = run.count
    put_int(buffer, at + 2, 2, run.order & 65535)
    put_int(buffer, at + 4, 2, run.at)
    put_int(buffer, at + 6, 4, binascii.crc32(record))
    at += TAIL_SIZE
    fix_at = FIXES_AT
    for second in order_of(record[FIXES_AT - 8 : FIXES_AT]):
        if not run.seconds[second >> 3] & (128 >> (second & 7)):
            buffer[at : at + FIX_SIZE] = record[fix_at : fix_at + FIX_SIZE]
            at += FIX_SIZE
        fix_at += FIX_SIZE
    return buffer[:at]


def join(reader, index, position, payload):
    """The record of such an entry in the sector at this position; None when it cannot be put together."""
    own = bytes(payload[FIXES_AT:])
    seconds = order_of(payload[FIXES_AT - 8 : FIXES_AT])
    record = bytearray(FIXES_AT + FIX_SIZE * len(seconds))
    record[:FIXES_AT] = payload[:FIXES_AT]
    # Where each second's fix belongs; 0 once it is there.
    places = [0] * 60
    for i in range(len(seconds)):
        places[seconds[i]] = FIXES_AT + FIX_SIZE * i
    first = index.position_of_order(position, number(own, 2, 2), SECTORS_BACK)
    if first < 0 or not _place_drafts(reader, index, first, own, record, places):
        return None
    own_at = TAIL_SIZE
    for second in seconds:
        at = places[second]
        if at:
            record[at : at + FIX_SIZE] = own[own_at : own_at + FIX_SIZE]
            own_at += FIX_SIZE
    if len(record) != FIXES_AT + FIX_SIZE * len(seconds) or binascii.crc32(record) != number(own, 6, 4):
        return None
    return bytes(record)


def _place_drafts(reader, index, position, own, record, places):
    """Put the fixes of the drafts where they belong in the record; False when a draft is missing."""
    lat_e7 = _signed32(record, FIXES_AT - 17)
    lon_e7 = _signed32(record, FIXES_AT - 13)
    shift = record[FIXES_AT - 9]
    stream = FixStream()
    values = {}
    for found in walk(reader, index, position, number(own, 4, 2), own[0], own[1]):
        try:
            decode(reader.payload, reader.size, values, stream)
        except (IndexError, KeyError):
            return False
        for fix in values["fixes"]:
            if not places[fix[0]]:
                return False
            pack_one(record, places[fix[0]], fix, lat_e7, lon_e7, shift)
            places[fix[0]] = 0
        values["fixes"].clear()
        if found == own[1]:
            return True
    return False


def _signed32(data, at):
    value = number(data, at, 4)
    return value - (1 << 32) if data[at] & 128 else value
