"""What the person at the depot can mend."""


class GatewayError(Exception):
    """The command cannot go on; the text is one sentence that says what, where and what to do."""


class CablePulled(Exception):
    """The serial port went away or fell silent; the command waits for it and goes on."""
