"""Reaching the database: patience, one sentence, no password in it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ingest.store.connection import DatabaseAway, StoreError, connect, place


def test_away_is_told_in_one_sentence_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://someone:secret@/hourfence?host={tmp_path}"
    with pytest.raises(DatabaseAway, match=r"did not answer within 0\.3 s") as caught:
        connect(url, patience_s=0.3)
    assert "secret" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_waiting_is_said_and_can_be_stopped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 3

    with caplog.at_level(logging.WARNING), pytest.raises(DatabaseAway, match="Stopped while waiting"):
        connect(f"postgresql:///hourfence?host={tmp_path}", wait=wait)
    assert waits == [0.1, 0.2, 0.4]
    assert caplog.text.count("is away") == 3


def test_a_url_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        connect("a database, please", patience_s=60)


def test_place_hides_the_login() -> None:
    assert place("postgresql://u:p@db.example:6543/hours") == "db.example:6543/hours"


def test_sessions_speak_utc(postgres_url: str) -> None:
    with connect(postgres_url) as conn:
        row = conn.execute("SHOW timezone").fetchone()
        assert row == ("UTC",)
