"""The fault that a person mends by an installation."""


class ExtraMissing(ImportError):
    """Something that comes with hourfence[face] is not there; the text is a sentence with what to do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; comparing faces needs the extra: pip install 'hourfence[face]'.")
