"""A field that is wrong is named with its limit in both languages, and never with what was sent."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from fastapi.testclient import TestClient
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ingest.desk.kernel.field_faults import OTHER, WHAT, fields_told
from tests.ingest.desk.asking import as_role


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: Annotated[str, Field(pattern=r"^[0-9]{16}$")] = "0" * 16
    words: Annotated[str, Field(min_length=2, max_length=5)] = "abc"
    days: Annotated[int, Field(ge=1, lt=91)] = 1
    at: AwareDatetime | None = None
    day: date = date(2026, 1, 1)
    kind: Literal["a", "b"] = "a"
    keys: Annotated[list[int], Field(min_length=1, max_length=1)] = [1]


@pytest.mark.parametrize(
    ("sent", "where", "english"),
    [
        ({"number": "secret"}, "number", "Its form must be ^[0-9]{16}$."),
        ({"words": "secret"}, "words", "At most 5 characters."),
        ({"words": "s"}, "words", "Too short: the least length is 2."),
        ({"days": 0}, "days", "At least 1."),
        ({"days": 91}, "days", "Less than 91."),
        ({"at": "2026-05-12T08:00:00"}, "at", "It must say its zone, as 2026-05-12T08:00:00Z does."),
        ({"keys": []}, "keys", "At least 1 of them."),
        ({"days": "secret"}, "days", "It must be a whole number."),
        ({"day": "secret"}, "day", "It must be a date such as 2026-05-12."),
        ({"kind": "secret"}, "kind", "It must be one of 'a', 'b'."),
        ({"keys": [1, 2]}, "keys", "At most 1 entries."),
        ({"secret": 1}, "secret", "It is not known here; leave it out."),
        ({"keys": {"secret": 1}}, "keys", "It must be a list."),
    ],
)
def test_what_is_wrong_is_said_without_the_value(sent: dict[str, Any], where: str, english: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate(sent)
    (told,) = fields_told(caught.value.errors())
    assert (told["where"], told["what"]["en"]) == ([where], english)
    assert "secret" not in str(told["what"]) and not told["what"]["zh"].isascii()


def test_every_sentence_is_there_in_both_languages() -> None:
    for english, chinese in (*WHAT.values(), OTHER):
        assert english.isascii() and english.endswith(".") and chinese.endswith("。")
    (told,) = fields_told([{"loc": ("a",), "type": "unheard_of", "ctx": {}}])
    assert told["what"] == {"en": OTHER[0], "zh": OTHER[1]}


def test_the_api_answers_so(client: TestClient) -> None:
    answer = client.get("/v1/queue?score=-1", headers=as_role("inspector"))
    assert answer.status_code == 422
    (field,) = answer.json()["error"]["details"]["fields"]
    assert field == {"where": ["query", "score"], "what": {"en": "At least 0.", "zh": "不得小于 0。"}}
