"""docs/reference/wire-format.md: everything an independent encoder needs to know."""

from typing import Any

from firmware.wire import bulk, envelope, fields, fixes, notes, orders, topics
from firmware.wire.settable import SETTABLE

_INTRO = f"""# Wire format, version {fields.WIRE_VERSION}

Generated from `firmware/wire/fields.py` and `firmware/wire/notes.py` by `make docs`; do not edit. Golden vectors made by a second,
independent encoder are in `tests/vectors/wire.json`.

A terminal makes **records**, chains them, seals one or more into an **envelope**, and publishes the envelope
as one MQTT 3.1.1 message with QoS 1. The server answers with a **receipt**.

| what travels | topic | who publishes |
|---|---|---|
| envelope | `{topics.UP_PREFIX}` + the terminal's 16 digits | terminal |
| photo chunk, want | `{topics.BULK_PREFIX}` + the terminal's 16 digits | terminal |
| receipt, order, photo receipt, piece | `{topics.DOWN_PREFIX}` + the terminal's 16 digits | server |

## Conventions

- Every integer is big-endian. `u8` `u16` `u32` `u40` `u64` are unsigned of 1, 2, 4, 5, 8 bytes; `i32` is two's
  complement. `b8`, `b32` and `b64` are 8, 32 and 64 bytes as they are. There is no padding and there are no strings.
- A value outside the stated minimum and maximum is refused whole, by the encoder and by the decoder.
- Numbers of terminals and people are the field's 16-digit numbers as integers (leading zeros are not kept).
- Positions are WGS-84.

## Record

A record is the header ({fields.HEADER_SIZE} bytes), the body of its kind, and for a minute its fixes. Nothing may follow.

- `seq` starts at 1 and has no gaps, across restarts.
- `prev` is the digest of record `seq - 1`; 32 zero bytes for `seq` 1.
- The digest of a record is the SHA-256 of its bytes. Of a minute, it is the SHA-256 of the header, the body, the
  coarse fixes, and the SHA-256 of the other fixes' bytes. So a minute whose other fixes were dropped for want of
  room (MINUTE_THIN: header with kind {fields.MINUTE_THIN}, the same body, the coarse fixes, then that SHA-256) has the same
  digest, computed with kind {fields.MINUTE} in its place.

### Header
"""

_MINUTE = """
The origin is the position of the minute's first fix, so the first fix has `dlat = dlon = 0`. A minute without
fixes has origin 0, 0, shift 0 and no bit set in `seconds`. `seconds` has bit *i* set (counted from the high bit of
its first byte) when there is a fix for second *i* of the minute; bits 60 to 63 are zero. As many fixes follow
as bits are set: first the coarse ones (seconds divisible by 5), then the others, each in the order of their seconds.

#### Fix: {size} bytes, high bit first

{table}
`dlat = (lat_e7 - origin_lat_e7) / 2**shift`, rounded to the nearest integer, halves upwards; `dlon` likewise. The
encoder uses the smallest `shift` (0 to {shift_max}) with which every offset of the minute fits in 16 bits. With shift 0,
that is within about 360 m of the origin, positions are exact. The decoder multiplies by `2**shift`, adds the origin,
and clips to the pole and the date line.
"""

_ENVELOPE = f"""
## Envelope

At most {envelope.PAYLOAD_MAX} bytes, 1 to {envelope.RECORDS_MAX} records with consecutive `seq`, each chained to the one before.

| offset | size | what |
|---|---|---|
| 0 | 1 | version = {fields.WIRE_VERSION} |
| 1 | 8 | terminal, u64 |
| 9 | 1 | count of records |
| 10 | 2 + n | for each record: its length n as u16, then its n bytes |
| end - 32 | 32 | seal: HMAC-SHA256 (RFC 2104) under the terminal's 32-byte key over all bytes before it |

A full minute is a record of {fields.RECORD_MAX} bytes, an envelope of {fields.RECORD_MAX + 44} bytes, and
{fields.RECORD_MAX + 44 + 38} bytes as an MQTT PUBLISH packet.

## Receipt

`51 + 40 * count + 32` bytes. It says that every record up to and including `through`, and those of each range, are
stored and committed; only a receipt lets a terminal free a record. An MQTT PUBACK says nothing of the kind.

| offset | size | what |
|---|---|---|
| 0 | 1 | version = {fields.WIRE_VERSION} |
| 1 | 1 | kind = {envelope.RECEIPT} |
| 2 | 8 | terminal, u64 |
| 10 | 4 | utc_s, u32: the server's time, seconds since 1970-01-01 UTC |
| 14 | 4 | through, u32: a `seq`; 0 when seq 1 is not stored |
| 18 | 32 | head: digest of record `through`; zeros for 0 |
| 50 | 1 | count of ranges, 0 to {envelope.RANGES_MAX} |
| 51 | 40 | for each range: first u32, last u32, digest of record `last` |
| end - 32 | 32 | seal: HMAC-SHA256 under the terminal's key over all bytes before it |

A terminal believes a receipt only if the seal holds, the terminal is its own, and each digest is that of its own
record.

## Order

Down, `21 + size + 32` bytes, at most {envelope.PAYLOAD_MAX}.

| offset | size | what |
|---|---|---|
| 0 | 1 | version = {fields.WIRE_VERSION} |
| 1 | 1 | kind = {orders.ORDER} |
| 2 | 8 | terminal, u64 |
| 10 | 4 | order, u32: its number; only a number above the last one taken is done |
| 14 | 4 | until_utc_s, u32: not to be done after that; 0 no limit |
| 18 | 1 | code |
| 19 | 2 | size of the body, u16 |
| 21 | size | body |
| end - 32 | 32 | seal |

| code | order | body |
|---|---|---|
| {orders.SETTINGS} | settings | JSON object, UTF-8, of the names below |
| {orders.GROUNDS} | grounds | version u32, part u8, parts u8, a slice of the grounds |
| {orders.TRAINING_BAN} | training ban | on u8, until_utc_s u32 (0 open) |
| {orders.RESEND} | resend | first u32, last u32 |
| {orders.FACE_CHECK} | face check now | role u8 (0 both) |
| {orders.UPDATE} | update | the image's manifest |
| {orders.STATUS} | send a STATUS record | nothing |
| {orders.ENROLL} | enrol a face | role u8, person u64 |
| {orders.FORGET} | forget a face | role u8, person u64 |

{{settable}}
## Photos and update images

Each ends with the seal. `data` has at most {bulk.DATA_MAX} bytes, a photo at most {bulk.PHOTO_MAX}.

| what | topic | bytes before the seal |
|---|---|---|
| photo chunk | bulk | version, {bulk.PHOTO_CHUNK}, terminal u64, photo b32 (SHA-256 of the whole), size u32, offset u32, length u16, data |
| want | bulk | version, {bulk.WANT}, terminal u64, image b8 (start of its SHA-256), offset u32 |
| photo receipt | down | version, {bulk.PHOTO_RECEIPT}, terminal u64, photo b32, next u32 (offset wanted next), state u8: 0 go on (with next = size: all bytes are here, its record is not yet), 1 complete, 2 refused (also when nothing will name it) |
| piece | down | version, {bulk.PIECE}, terminal u64, image b8, offset u32, length u16, data |

## Signature of the chain's head

HEAD's `signature` is Ed25519 (RFC 8032) under the terminal's own key, whose public half the server knows, over 59
bytes: `hourfence head`, a byte 1, terminal u64, through u32, head b32. Because each record holds the digest of the
one before, it covers every record up to `through`.
"""


_TAILS = {
    fields.MINUTE: " and the fixes",
    fields.MINUTE_THIN: ", the coarse fixes and 32 bytes for the rest",
}


def _field_table(
    table: tuple[tuple[Any, ...], ...], said: tuple[tuple[str, str, str], ...], start: int
) -> str:
    lines = [
        "| offset | field | type | minimum | maximum | unit | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    at = start
    for (name, kind, low, high), (_, unit, meaning) in zip(table, said, strict=True):
        bounds = f"{low} | {high}" if low is not None else "|"
        lines.append(f"| {at} | `{name}` | {kind} | {bounds} | {unit} | {meaning} |")
        at += fields.SIZES[kind]
    return "\n".join(lines) + "\n"


def _fix_table() -> str:
    lines = [
        "| bits | field | minimum | maximum | unknown | unit | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    at = 0
    for name, bits, low, high, unknown, unit, meaning in notes.FIX_BITS:
        shown = "" if unknown is None else str(unknown)
        lines.append(f"| {at}..{at + bits - 1} | `{name}` | {low} | {high} | {shown} | {unit} | {meaning} |")
        at += bits
    return "\n".join(lines) + "\n"


def render() -> str:
    """The whole page as Markdown."""
    parts = [_INTRO, "\n", _field_table(fields.HEADER, notes.HEADER_NOTES, 0)]
    for kind, name in fields.KIND_NAMES.items():
        size = fields.HEADER_SIZE + fields.BODY_SIZES[kind]
        parts.append(f"\n### {kind} {name}: {size} bytes{_TAILS.get(kind, '')}\n\n")
        parts.append(_field_table(fields.BODY[kind], notes.BODY_NOTES[kind], fields.HEADER_SIZE))
        if kind == fields.MINUTE:
            parts.append(_MINUTE.format(size=fields.FIX_SIZE, table=_fix_table(), shift_max=fixes.SHIFT_MAX))
    parts.append(_ENVELOPE.format(settable=_settable()))
    return "".join(parts)


def _settable() -> str:
    lines = ["| setting | values |", "|---|---|"]
    for name, values in SETTABLE.items():
        is_range = isinstance(values[0], int)
        shown = f"{values[0]} to {values[1]}" if is_range else ", ".join(str(value) for value in values)
        lines.append(f"| `{name}` | {shown} |")
    return "\n".join(lines) + "\n"
