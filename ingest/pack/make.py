"""From documents to a pack; and the same, once the verdicts of the documents follow from them."""

from __future__ import annotations

from importlib.metadata import version

from joserfc.jwk import OKPKey

from ingest.pack import archive, seal
from ingest.pack.documents import REPORT, Documents, to_files
from ingest.pack.paper import render

_SOFTWARE = ("hourfence", "numpy", "reportlab", "shapely")


def software() -> dict[str, str]:
    """Versions of what judges and writes here."""
    return {name: version(name) for name in _SOFTWARE}


def made(documents: Documents, key: OKPKey) -> bytes:
    """The pack, signed by the server's pack key; the same documents and key give the same bytes."""
    files = to_files(documents)
    files[REPORT] = render(documents, seal.fingerprint(key))
    return archive.packed(seal.sealed(files, software(), key))
