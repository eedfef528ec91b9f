"""docs/reference/wire-format.md: everything an independent encoder needs to know."""

from typing import Any

from firmware.wire import envelope, fields, fixes, topics

_INTRO = f"""# Wire format, version {fields.WIRE_VERSION}

Generated from `firmware/wire/fields.py` by `make docs`; do not edit. Golden vectors made by a second,
independent encoder are in `tests/vectors/wire.json`.

A terminal makes **records**, chains them, seals one or more into an **envelope**, and publishes the envelope
as one MQTT 3.1.1 message with QoS 1. The server answers with a **receipt**.

| what travels | topic | who publishes |
|---|---|---|
| envelope | `{topics.UP_PREFIX}` + the terminal's 16 digits | terminal |
| receipt | `{topics.DOWN_PREFIX}` + the terminal's 16 digits | server |

## Conventions

- Every integer is big-endian. `u8` `u16` `u32` `u40` `u64` are unsigned of 1, 2, 4, 5, 8 bytes; `i32` is two's
  complement. `b8` and `b32` are 8 and 32 bytes as they are. There is no padding and there are no strings.
- A value outside the stated minimum and maximum is refused whole, by the encoder and by the decoder.
- Numbers of terminals and people are the field's 16-digit numbers as integers (leading zeros are not kept).
- Positions are WGS-84.

## Record

A record is the header ({fields.HEADER_SIZE} bytes), the body of its kind, and for a minute its fixes. Nothing may follow.

- `seq` starts at 1 and has no gaps, across restarts.
- `prev` is the SHA-256 of all bytes of record `seq - 1`; 32 zero bytes for `seq` 1.

### Header
"""

_MINUTE = """
The origin is the position of the minute's first fix, so the first fix has `dlat = dlon = 0`. A minute without
fixes has origin 0, 0, shift 0 and no bit set in `seconds`. `seconds` has bit *i* set (counted from the high bit of
its first byte) when there is a fix for second *i* of the minute; bits 60 to 63 are zero. As many fixes follow
as bits are set, in the order of their seconds.

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

{envelope.RECEIPT_SIZE} bytes. It says that every record up to and including `through` is stored and committed; only a receipt
lets a terminal free a record. An MQTT PUBACK says nothing of the kind.

| offset | size | what |
|---|---|---|
| 0 | 1 | version = {fields.WIRE_VERSION} |
| 1 | 1 | kind = {envelope.RECEIPT} |
| 2 | 8 | terminal, u64 |
| 10 | 4 | through, u32: a `seq` |
| 14 | 32 | head: SHA-256 of record `through` |
| 46 | 32 | seal: HMAC-SHA256 under the terminal's key over the 46 bytes before it |

A terminal believes a receipt only if the seal holds, the terminal is its own, and `head` is the digest of its own
record `through`.
"""


def _field_table(table: tuple[tuple[Any, ...], ...], start: int) -> str:
    lines = [
        "| offset | field | type | minimum | maximum | unit | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    at = start
    for name, kind, low, high, unit, meaning in table:
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
    for name, bits, low, high, unknown, unit, meaning in fields.FIX_BITS:
        shown = "" if unknown is None else str(unknown)
        lines.append(f"| {at}..{at + bits - 1} | `{name}` | {low} | {high} | {shown} | {unit} | {meaning} |")
        at += bits
    return "\n".join(lines) + "\n"


def render() -> str:
    """The whole page as Markdown."""
    parts = [_INTRO, "\n", _field_table(fields.HEADER, 0)]
    for kind, name in fields.KIND_NAMES.items():
        size = fields.HEADER_SIZE + fields.BODY_SIZES[kind]
        parts.append(
            f"\n### {kind} {name}: {size} bytes{' and the fixes' if kind == fields.MINUTE else ''}\n\n"
        )
        parts.append(_field_table(fields.BODY[kind], fields.HEADER_SIZE))
        if kind == fields.MINUTE:
            parts.append(_MINUTE.format(size=fields.FIX_SIZE, table=_fix_table(), shift_max=fixes.SHIFT_MAX))
    parts.append(
        f"\n### {fields.HEAD_RESERVED}: reserved\n\nFor a record that signs the chain's head with Ed25519 at sign-out. "
        "A decoder of this version refuses it.\n"
    )
    parts.append(_ENVELOPE)
    return "".join(parts)
