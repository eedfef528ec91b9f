"""What can go wrong with a run of the judge that a person can mend."""


class JudgingError(RuntimeError):
    """A run that could not go on; one sentence: what, and what to do."""
