"""Makes sources smaller for the terminal's heap before they are compiled; every line stays where it is."""

from collections.abc import Collection
from pathlib import Path

from ingest.firmware_build.constants import inline
from ingest.firmware_build.edits import program
from ingest.firmware_build.names import shorten
from ingest.firmware_build.unused import drop


def shrink(root: Path, chosen: list[Path], out: Path, keep: Collection[str] = ()) -> list[Path]:
    """Write the chosen files below root to the same places below out, smaller; their paths in that order.

    What one file may lose depends on who uses it: all that run together are needed, and in keep the names
    that others ask for. Raises SyntaxError.
    """
    names = {path: ".".join(path.relative_to(root).with_suffix("").parts) for path in chosen}
    sources = {names[path]: path.read_text(encoding="utf-8") for path in chosen}
    for path in chosen:
        try:
            program(sources[names[path]])
        except SyntaxError as fault:
            fault.filename = str(path)
            raise
    small = shorten(inline(drop(sources, keep), keep), keep)
    made = []
    for path in chosen:
        target = out / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(small[names[path]], encoding="utf-8")
        made.append(target)
    return made
