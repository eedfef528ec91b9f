"""The two errors of the wire: what cannot be written, what cannot be read."""


class WireError(ValueError):
    """Common base, so that a caller can name both at once."""


class EncodeError(WireError):
    """A value is missing, unknown or out of its field's range."""


class DecodeError(WireError):
    """Bytes that are not a record, an envelope, a receipt or a topic of this format."""
