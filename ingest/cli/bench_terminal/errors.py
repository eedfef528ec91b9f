"""What ends the bench."""


class BenchError(RuntimeError):
    """Something could not be measured; the text says what and why."""
