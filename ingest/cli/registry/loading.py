"""Loads a registry file into the database, its grounds checked by geofence first."""

from pathlib import Path
from typing import Any

from geofence.ground import read_fences
from ingest.store import registry, registry_file
from ingest.store.connection import Connection


def load_file(conn: Connection, file: Path) -> dict[str, int]:
    """Load the file whole; new rows by table. Raises RegistryError or FenceError, then nothing is loaded."""

    def check_grounds(document: dict[str, Any]) -> None:
        # A school may be registered before its grounds are.
        if document.get("features"):
            read_fences(document, str(file))

    return registry.load(conn, registry_file.read(file, check_grounds))
