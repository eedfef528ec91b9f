"""The real network on a real face: needs the extra, and a photo that ships with scikit-image."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from ingest.faces.errors import ExtraMissing
from ingest.faces.model import SAME_MOST, FaceModel
from ingest.faces.people import Seen
from ingest.faces.scores import differs_score
from ingest.faces.seeing import see
from simulators.face_module import NOBODY
from tests.ingest.faces.seats import jpeg, seat

pytestmark = [pytest.mark.optional_part]
TERMINAL_PHOTO = (320, 240)


@pytest.fixture(scope="module")
def model() -> FaceModel:
    try:
        return FaceModel()
    except ExtraMissing as fault:
        pytest.skip(str(fault))


@pytest.fixture(scope="module")
def astronaut(model: FaceModel) -> np.ndarray:  # type: ignore[type-arg]
    """Eileen Collins, grey, 512 x 512 (NASA, public domain)."""
    skimage = pytest.importorskip("skimage", reason="scikit-image is not installed (requirements-face.in)")
    from PIL import Image

    return np.array(Image.open(Path(skimage.__file__).with_name("data") / "astronaut.png").convert("L"))


def photo(grey: np.ndarray, quality: int = 60) -> bytes:  # type: ignore[type-arg]
    """As a terminal's camera makes it: small, grey, at most 20 KB."""
    from PIL import Image

    picture = Image.fromarray(grey)
    picture.thumbnail(TERMINAL_PHOTO)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality)
    assert made.tell() <= 20_480
    return made.getvalue()


def distance(one: Seen, other: Seen) -> float:
    return float(np.linalg.norm(one.faces[0].descriptor - other.faces[0].descriptor))


def test_a_real_face_is_found_and_is_itself(model: FaceModel, astronaut: np.ndarray) -> None:  # type: ignore[type-arg]
    whole = see(model, photo(astronaut))
    near = see(model, photo(astronaut[0:300, 80:380][:, ::-1], 40))
    dark = see(model, photo((astronaut * 0.7).astype(np.uint8)))
    assert [len(one.faces) for one in (whole, near, dark)] == [1, 1, 1]
    assert max(distance(whole, near), distance(whole, dark)) < SAME_MOST
    assert differs_score(round(1000 * distance(whole, dark))) == 0
    assert whole.look is not None


def test_the_same_picture_gets_the_same_answer(model: FaceModel, astronaut: np.ndarray) -> None:  # type: ignore[type-arg]
    one, other = (see(FaceModel() if again else model, photo(astronaut)) for again in (False, True))
    assert one.faces[0].descriptor.tobytes() == other.faces[0].descriptor.tobytes()
    assert one.look == other.look


def test_a_drawn_face_is_another_s(model: FaceModel, astronaut: np.ndarray) -> None:  # type: ignore[type-arg]
    drawn = see(model, jpeg(seat("trainee 1", 1_000)))
    assert len(drawn.faces) == 1
    assert distance(drawn, see(model, photo(astronaut))) > SAME_MOST


def test_no_face_is_no_face(model: FaceModel, astronaut: np.ndarray) -> None:  # type: ignore[type-arg]
    assert see(model, jpeg(seat(NOBODY, 1_000))).faces == ()
    assert see(model, photo(np.ascontiguousarray(astronaut[:, :120]))).faces == ()
    assert see(model, jpeg(np.zeros((240, 320)))) == Seen((), None)
    assert see(model, b"\xff\xd8\xff no picture") == Seen((), None)


def test_two_faces_are_two_the_wider_first(model: FaceModel, astronaut: np.ndarray) -> None:  # type: ignore[type-arg]
    from PIL import Image

    small = np.array(Image.fromarray(astronaut[0:300, 80:380]).resize((200, 200)))
    both = np.zeros((300, 500), np.uint8)
    both[:, 200:], both[50:250, :200] = astronaut[0:300, 80:380], small
    faces = model.faces(both)
    assert len(faces) == 2 and faces[0].width > faces[1].width
