"""Pictures of a seat, drawn by the simulated camera's scene, and what becomes of a picture that is copied."""

import io
from functools import cache

import numpy as np
from PIL import Image

from simulators.camera import scene
from simulators.face_module import NOBODY

Grey = np.ndarray  # type: ignore[type-arg]


@cache
def seat(seen: str = "trainee 1", utc_s: int = 1_000) -> Grey:
    """Whoever sits there at that second; NOBODY: the empty seat."""
    return scene(seen, utc_s, 1)


def empty(utc_s: int) -> Grey:
    return seat(NOBODY, utc_s)


def jpeg(grey: Grey, quality: int = 75) -> bytes:
    """The picture as JPEG bytes."""
    made = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(made, "JPEG", quality=quality)
    return made.getvalue()


def again(grey: Grey, quality: int = 75) -> Grey:
    """Saved as JPEG and read again."""
    return np.array(Image.open(io.BytesIO(jpeg(grey, quality))).convert("L"))


def cut(grey: Grey, left: float, upper: float, share: float) -> Grey:
    """Without a share of its width and height, left and upper of it at these sides; at the size it had."""
    high, wide = grey.shape
    box = (wide * left, high * upper, wide * (1 - share + left), high * (1 - share + upper))
    picture = Image.fromarray(grey.astype(np.uint8))
    return np.array(picture.resize((wide, high), Image.Resampling.BICUBIC, box=box))
