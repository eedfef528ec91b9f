"""From the bytes of a photo to what is seen in it."""

from __future__ import annotations

from ingest.faces.looks import Grey, cells, look_of
from ingest.faces.model import FaceModel
from ingest.faces.people import Seen
from ingest.faces.pictures import grey_of


def see(model: FaceModel, jpeg: bytes) -> Seen:
    """Its faces and its look; no face and no look where the bytes are no picture."""
    grey = grey_of(jpeg)
    return Seen((), None) if grey is None else Seen(model.faces(grey), look_of(grey))


def cells_of(jpeg: bytes) -> Grey | None:
    """The picture as ingest.faces.likeness compares it; None where the bytes are no picture."""
    grey = grey_of(jpeg)
    return None if grey is None else cells(grey)
