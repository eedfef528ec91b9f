"""The mistake of whoever gives a command."""


class UsageError(ValueError):
    """Options that do not go together; the text says which and what to do."""
