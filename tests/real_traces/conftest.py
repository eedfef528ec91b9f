"""The recordings and the drives cut out of them, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_traces.drives import Drive, drive, geolife
from tests.real_traces.stretches import STRETCHES


@pytest.fixture(scope="session")
def drives(shared_data: Path) -> dict[str, Drive]:
    """Every stretch by its name."""
    traces = geolife(shared_data)
    return {name: drive(traces[who], name, begin, end) for name, (who, begin, end) in STRETCHES.items()}
