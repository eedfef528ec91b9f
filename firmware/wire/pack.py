"""Integers into bytes and back by the field table, range-checked before anything is written."""

from firmware.wire.errors import DecodeError, EncodeError


def _size_of(kind):
    """Bytes of a field of this type: b32 is 32 bytes, u32 and i32 are 32 bits."""
    number = int(kind[1:])
    return number if kind[0] == "b" else number >> 3


def _range_fault(field, value):
    return "%s: %r is outside %s..%s" % (field[0], value, field[2], field[3])


def write(buffer, at, fields, values):
    """Write the values of fields into buffer from offset at; return the next offset.

    Raises EncodeError naming the first field that is missing, of the wrong type or out of range.
    """
    for field in fields:
        name = field[0]
        kind = field[1]
        size = _size_of(kind)
        if name not in values:
            raise EncodeError("%s: missing" % name)
        value = values[name]
        if kind[0] == "b":
            if not isinstance(value, (bytes, bytearray)) or len(value) != size:
                raise EncodeError("%s: needs %d bytes" % (name, size))
            buffer[at : at + size] = value
        else:
            if not isinstance(value, int) or value is True or value is False:
                raise EncodeError("%s: needs an integer" % name)
            if not field[2] <= value <= field[3]:
                raise EncodeError(_range_fault(field, value))
            put_int(buffer, at, size, value)
        at += size
    return at


def read(data, at, fields, values):
    """Read fields from data at offset at into the dict values; return the next offset.

    Raises DecodeError when data is too short or a value is out of its field's range.
    """
    for field in fields:
        kind = field[1]
        size = _size_of(kind)
        if at + size > len(data):
            raise DecodeError("%s: cut short at byte %d" % (field[0], len(data)))
        if kind[0] == "b":
            values[field[0]] = bytes(data[at : at + size])
        else:
            number = int.from_bytes(data[at : at + size], "big")
            if kind[0] == "i" and number >> (size * 8 - 1):
                number -= 1 << (size * 8)
            if not field[2] <= number <= field[3]:
                raise DecodeError(_range_fault(field, number))
            values[field[0]] = number
        at += size
    return at


def word(data, at):
    """The u32 (big-endian) in data at offset at."""
    return int.from_bytes(data[at : at + 4], "big")


def put_int(buffer, at, size, value):
    """Write value as size big-endian bytes (two's complement); the caller has checked its range."""
    shift = (size - 1) * 8
    while shift >= 0:
        buffer[at] = (value >> shift) & 255
        at += 1
        shift -= 8
