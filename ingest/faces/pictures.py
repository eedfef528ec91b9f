"""From the bytes of a photo to its grey values; by Pillow, which the extra brings."""

from __future__ import annotations

import importlib
import io
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.faces.errors import ExtraMissing

SIDE_MAX = 1024
"""Pixels; a larger picture (an enrolled one may be) is made smaller before anything looks at it."""

_PIXELS_MAX = 50_000_000


def check() -> None:
    """Raises ExtraMissing where pictures cannot be read."""
    _pillow()


def grey_of(jpeg: bytes) -> npt.NDArray[np.uint8] | None:
    """Rows x columns of 0..255; None where the bytes are no picture. Raises ExtraMissing without Pillow."""
    image = _pillow()
    try:
        picture = image.open(io.BytesIO(jpeg), formats=("JPEG",))
        if picture.width * picture.height > _PIXELS_MAX:
            return None
        picture = picture.convert("L")
        picture.thumbnail((SIDE_MAX, SIDE_MAX))
        return np.array(picture, dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, image.DecompressionBombError):
        return None


def _pillow() -> Any:
    try:
        return importlib.import_module("PIL.Image")
    except ImportError:
        raise ExtraMissing("Pillow is not installed") from None
