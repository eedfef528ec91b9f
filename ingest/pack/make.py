"""From documents to a pack; and the same, once the verdicts of the documents follow from them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from joserfc.jwk import OKPKey

from ingest.pack import archive, seal
from ingest.pack.documents import REPORT, Documents, to_files
from ingest.pack.paper import render

_SOFTWARE = ("hourfence", "numpy", "reportlab", "shapely")
_JUDGES = (
    "firmware/wire",
    "geofence",
    "ingest/decisions",
    "ingest/explain",
    "ingest/judge",
    "ingest/measure",
    "ingest/pack",
)
"""Folders of what a verdict or a word of the report follows from."""


def software() -> dict[str, str]:
    """Versions of what judges and writes here; behind that of this software a digest of its sources, since
    two of one number may write two reports."""
    found = {name: version(name) for name in _SOFTWARE}
    return {**found, "hourfence": f"{found['hourfence']}+{_sources()}"}


@lru_cache(1)
def _sources() -> str:
    top, whole = Path(__file__).parents[2], hashlib.sha256()
    for folder in _JUDGES:
        for file in sorted((top / folder).rglob("*.py")):
            text = file.read_bytes().replace(b"\r\n", b"\n")
            whole.update(f"{file.relative_to(top).as_posix()} {len(text)}\n".encode() + text)
    return whole.hexdigest()[:12]


def made(documents: Documents, key: OKPKey) -> bytes:
    """The pack, signed by the server's pack key; the same documents and key give the same bytes."""
    files = to_files(documents)
    files[REPORT] = render(documents, seal.fingerprint(key))
    return archive.packed(seal.sealed(files, software(), key))
