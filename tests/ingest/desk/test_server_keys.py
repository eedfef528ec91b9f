"""A key of the server that cannot be read: the operator is told where in the log, nobody else."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework.trainee.link import FILE
from ingest.casework.trainee.report import KEY_FILE
from tests.ingest.desk.asking import as_role


@pytest.mark.parametrize(
    ("file", "path"), [(KEY_FILE, "/v1/eligibility-key"), (FILE, "/t/" + "A" * 43)], ids=["report", "links"]
)
def test_a_key_that_cannot_be_read_is_the_operators(
    client: TestClient, desk_app: FastAPI, caplog: pytest.LogCaptureFixture, file: str, path: str
) -> None:
    where = desk_app.state.desk.settings.data / file
    where.mkdir()
    answer = client.get(path, headers=as_role("supervisor"))
    assert answer.status_code == 503
    assert "server_key" in answer.text
    assert str(where) in caplog.text and str(where) not in answer.text
    where.rmdir()
    assert client.get(path, headers=as_role("supervisor")).status_code in (200, 404)
