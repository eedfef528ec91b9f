"""Fixtures of the embedded parts' tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of one test that every account may enter, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="hf-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
