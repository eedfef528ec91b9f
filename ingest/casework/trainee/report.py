"""The stage report as others can keep it: signed (JWS) with the server's own report key, or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest.casework import audit
from ingest.casework.who import Who
from ingest.pack.seal import pack_key
from ingest.stage.jws import sign
from ingest.stage.pdf import render
from ingest.store.connection import Connection
from ingest.store.desk.trainee_page import Registered

KEY_FILE = "stage-report.jwk"
MEDIA = {"jws": "application/jose", "pdf": "application/pdf"}


def written(
    conn: Connection, who: Who, folder: Path, report: dict[str, Any], kind: str, person: Registered
) -> bytes:
    """The report (ingest.casework.trainee.page.with_waiting) as a file of that kind (of MEDIA), noted in the
    audit log. folder: of the server's keys; the report key is made there when there is none. person: whose
    it is, named on the paper alone."""
    if kind == "jws":
        body = sign(report, pack_key(folder / KEY_FILE)).encode()
    else:
        body = render(report, person.name, person.school_name)
    with conn.transaction():
        details = {"format": kind, "part": report["part"], "eligible": report["eligible"]}
        audit.note(conn, who, "export", f"trainee:{report['trainee']}", details)
    return body


def public_key(folder: Path) -> dict[str, Any]:
    """The public half of the report key as JWK: what a report is checked with."""
    return dict(pack_key(folder / KEY_FILE).as_dict(private=False))
