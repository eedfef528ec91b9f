"""Answers of the API held to its page."""

from __future__ import annotations

import copy
import re
from typing import Any

import httpx
import jsonschema_rs


class Documented:
    """Answers held to the page: what it does not name may not be there."""

    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page
        self._parts = _closed(copy.deepcopy(page["components"]))
        self._held: dict[tuple[str, str, str], Any] = {}
        # What stands there to the letter comes before what a name may stand for.
        paths = sorted(page["paths"], key=lambda path: path.count("{"))
        self._paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]

    def hold(self, answer: httpx.Response) -> None:
        """Check an answer of any address; others than the API's are passed over. A hook of httpx."""
        path = next((path for form, path in self._paths if form.fullmatch(answer.url.path)), None)
        if path is not None and answer.headers.get("content-type") == "application/json":
            answer.read()
            self.check(answer.request.method, path, answer)

    def check(self, method: str, path: str, answer: Any) -> None:
        """Raises AssertionError for a JSON answer that is not as the page has it."""
        if not 200 <= answer.status_code < 300 or answer.status_code == 204:
            return
        key = (path, method.lower(), str(answer.status_code))
        told = self._page["paths"][path][key[1]]["responses"][key[2]]["content"]
        kind = answer.headers["content-type"]
        media = (kind if isinstance(kind, str) else kind[0]).partition(";")[0]
        assert media in told, (key, media)
        schema = told[media].get("schema") or {}
        if media != "application/json" or not schema:
            return
        if key not in self._held:
            made = {**_closed(copy.deepcopy(schema)), "components": self._parts}
            self._held[key] = jsonschema_rs.validator_for(made)
        wrong = [
            f"{one.instance_path}: {one.message[:300]}" for one in self._held[key].iter_errors(answer.json())
        ]
        assert not wrong, (method, path, wrong[:5])


def _closed(schema: Any) -> Any:
    """The same schema with no place for a field that it does not name."""
    if isinstance(schema, dict):
        for one in schema.values():
            _closed(one)
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        for one in schema:
            _closed(one)
    return schema
