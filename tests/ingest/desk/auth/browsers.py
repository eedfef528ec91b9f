"""A browser as far as log-in goes: cookies, forms, the token of the page."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ingest.casework.seats import GOOD, NOW

CSRF = re.compile(r'name="csrf" (?:content|value)="([0-9a-f]{64})"')


class Clock:
    """What the desk takes for now."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Browser:
    """Its own cookies; like a browser it says where a request comes from."""

    def __init__(self, app: FastAPI, base_url: str = "http://testserver") -> None:
        self.client = TestClient(
            app, base_url, raise_server_exceptions=False, follow_redirects=False, client=("192.0.2.1", 5000)
        )
        self.csrf = ""

    def log_in(self, name: str, password: str = GOOD, code: str = "") -> Browser:
        """Log in, and read the page's token."""
        answer = self.try_log_in(name, password, code)
        assert answer.status_code == 303, answer.text
        self.read_token("/account")
        return self

    def try_log_in(
        self, name: str, password: str = GOOD, code: str = "", next: str = "/", **headers: str
    ) -> httpx.Response:
        form = {"name": name, "password": password, "code": code, "next": next}
        return self.client.post("/log-in", data=form, headers={"sec-fetch-site": "same-origin", **headers})

    def read_token(self, path: str) -> httpx.Response:
        """Load a page and remember its token."""
        page = self.client.get(path)
        found = CSRF.search(page.text)
        self.csrf = found[1] if found else ""
        return page

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A write as the pages' scripts send it."""
        return self.client.request(
            method,
            path,
            json=body,
            headers={"x-csrf-token": self.csrf, "sec-fetch-site": "same-origin", **headers},
        )

    @property
    def cookie(self) -> str:
        return self.client.cookies.get("hourfence") or ""
