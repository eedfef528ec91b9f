"""How tests ask the desk as somebody."""

CSRF = "csrf-of-the-test"


def as_role(role: str, school: int | None = None) -> dict[str, str]:
    """Headers of a role (ingest/desk/conftest.py knows them), with the token that writes need."""
    return {"x-as": role if school is None else f"{role}:{school}", "x-csrf-token": CSRF}
