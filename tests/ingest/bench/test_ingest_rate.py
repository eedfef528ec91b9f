"""The bench runs, counts what it stored, and writes what it printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.bench import ingest_rate
from ingest.bench.brokers import KINDS
from ingest.embedded import mosquitto


@pytest.mark.parametrize("broker", KINDS)
def test_a_small_run(tmp_path: Path, broker: str) -> None:
    if broker == "mosquitto" and mosquitto.program() is None:
        pytest.skip("mosquitto is not installed; apt-get install mosquitto to run this test.")
    out = tmp_path / "bench" / "ingest.json"
    result = ingest_rate.run(20, 5, connections=3, broker=broker, out=out)
    assert result.counts == {"received": 100, "stored": 100, "duplicates": 0, "quarantined": 0}
    assert result.audit == []
    assert json.loads(out.read_text())["rate"] == result.rate > 0
    assert any("100 records of 20 terminals" in line for line in ingest_rate.sentences(result))
