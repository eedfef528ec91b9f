"""Faces and their descriptors by dlib: a HOG detector, 5 landmarks, a ResNet of 128 numbers.

The models are the files of face-recognition-models 0.3.0 (CC0), loaded by their path: importing that package
asks for pkg_resources, which new versions of setuptools no longer have.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.faces.errors import ExtraMissing

MODEL = "dlib-resnet-v1 hog-1-2 landmarks-5"
"""What the distances were made by; written beside each of them."""

SAME_MOST = 0.6
"""Distance up to which two faces count as one person's: dlib's own threshold for this network (99.38 % right
on Labeled Faces in the Wild, dlib.net/face_recognition.py.html)."""

_RESNET = "dlib_face_recognition_resnet_model_v1.dat"
_LANDMARKS = "shape_predictor_5_face_landmarks.dat"
_SIDE_SMALL = 400
"""Pixels. A picture is doubled once before the search, so that faces from 40 pixels on are found; a small one
in which none is found is doubled twice: of 40 photos of a talking driver 2 were missed, then none."""


class Face(NamedTuple):
    """A face: width in pixels, and its 128 numbers."""

    width: int
    descriptor: npt.NDArray[np.float64]


class FaceModel:
    """The loaded models, about 35 MB. Same picture, same answer. Raises ExtraMissing."""

    def __init__(self) -> None:
        folder = models_folder()
        try:
            dlib: Any = importlib.import_module("dlib")
        except ImportError:
            raise ExtraMissing("dlib-bin is not installed") from None
        self._detect = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(folder / _LANDMARKS))
        self._network = dlib.face_recognition_model_v1(str(folder / _RESNET))

    def faces(self, grey: npt.NDArray[np.uint8]) -> tuple[Face, ...]:
        """All faces found, the widest first, of equal ones the left and upper one."""
        rgb = np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
        boxes = list(self._detect(rgb, 1))
        if not boxes and max(grey.shape) <= _SIDE_SMALL:
            boxes = list(self._detect(rgb, 2))
        boxes.sort(key=lambda box: (-box.width(), box.left(), box.top()))
        return tuple(
            Face(box.width(), np.array(self._network.compute_face_descriptor(rgb, self._landmarks(rgb, box))))
            for box in boxes
        )


def models_folder() -> Path:
    """Where the model files are. Raises ExtraMissing."""
    found = importlib.util.find_spec("face_recognition_models")
    places = [Path(place) / "models" for place in (found.submodule_search_locations or ())] if found else []
    for folder in places:
        if all((folder / name).is_file() for name in (_RESNET, _LANDMARKS)):
            return folder
    raise ExtraMissing("face-recognition-models is not installed")
