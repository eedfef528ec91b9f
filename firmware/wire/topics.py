"""MQTT topics: up, bulk and down for each terminal, QoS 1."""

from firmware.wire.errors import DecodeError
from firmware.wire.fields import NUMBER_MAX

UP_PREFIX = "hourfence/1/up/"
DOWN_PREFIX = "hourfence/1/down/"
BULK_PREFIX = "hourfence/1/bulk/"
UP_ALL = UP_PREFIX + "+"
BULK_ALL = BULK_PREFIX + "+"


def number_text(number):
    """A number as its 16 digits."""
    return "%016d" % number


def up(terminal):
    """Topic a terminal publishes its envelopes to."""
    return UP_PREFIX + number_text(terminal)


def bulk(terminal):
    """Topic a terminal publishes photo chunks to, and asks for pieces of an update."""
    return BULK_PREFIX + number_text(terminal)


def down(terminal):
    """Topic a terminal reads its receipts, orders and update pieces from."""
    return DOWN_PREFIX + number_text(terminal)


def terminal_of(topic):
    """Terminal number named by an up, bulk or down topic (str), or DecodeError."""
    for prefix in (UP_PREFIX, BULK_PREFIX, DOWN_PREFIX):
        if topic.startswith(prefix):
            digits = topic[len(prefix) :]
            if len(digits) == 16 and all("0" <= c <= "9" for c in digits):
                number = int(digits)
                if 1 <= number <= NUMBER_MAX:
                    return number
    raise DecodeError("topic: %r names no terminal" % (topic,))
