"""A real terminal on pseudo-terminals: faces are let in off line, each with its photo."""

from pathlib import Path

from simulators.sign_in import measure
from simulators.terminal_launch import Launch

ROOT = Path(__file__).resolve().parents[2]


def test_sign_in_and_out_off_line_with_photos(micropython: Path, tmp_path: Path) -> None:
    command = [str(micropython), "-X", "heapsize=512k", str(ROOT / "firmware" / "main.py")]
    waited = measure(Launch(command, {"MICROPYPATH": str(ROOT)}), tmp_path, 2)
    assert len(waited) == 2
    photos = [path.read_bytes() for path in (tmp_path / "photos").iterdir() if path.suffix == ".jpg"]
    assert len(photos) == 2
    assert all(photo[:2] == b"\xff\xd8" and photo[-2:] == b"\xff\xd9" for photo in photos)
