"""A look survives what happens to a copy, and whatever is near is found by its bands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ingest.faces.likeness import likeness
from ingest.faces.looks import APART_MAX, apart, bands, cells, look_of, near_bands
from ingest.faces.scores import reused_score
from tests.ingest.faces.seats import Grey, again, cut, empty, seat

LOOKS = st.integers(-(2**63), 2**63 - 1)
SHOWN = 500

COPIES = {
    "saved again": lambda grey: again(grey, 75),
    "saved at 60": lambda grey: again(grey, 60),
    "brighter": lambda grey: again(np.clip(grey.astype(np.int64) + 25, 0, 255)),
    "darker": lambda grey: again(grey * 0.8),
    "cut by 2 per cent": lambda grey: again(cut(grey, 0.01, 0.01, 0.02)),
}


@given(LOOKS, st.sets(st.integers(0, 63), max_size=APART_MAX))
def test_a_look_near_enough_has_a_band_asked_for(look: int, flipped: set[int]) -> None:
    other = ((look & 2**64 - 1) ^ sum(1 << bit for bit in flipped)) & 2**64 - 1
    other = other - 2**64 if other >> 63 else other
    assert apart(look, other) == len(flipped)
    asked = near_bands(look)
    assert any(band in values for band, values in zip(bands(other), asked, strict=True))
    assert all(-(2**15) <= value < 2**15 for values in asked for value in values)
    assert [len(values) for values in asked] == [1 + 16 + 120] * 4


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_cells_keep_the_mean(grey: Grey) -> None:
    made = cells(grey, 8, 9)
    assert made.shape == (8, 9)
    assert made.mean() == pytest.approx(grey.mean())
    assert grey.min() - 1e-6 <= made.min() and made.max() <= grey.max() + 1e-6


def test_cells_of_whole_pixels_are_their_means() -> None:
    grey = np.arange(24).reshape(4, 6)
    assert cells(grey, 2, 3).tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]


def test_bits_say_which_neighbour_is_brighter() -> None:
    rising = np.tile(np.arange(9) * 20.0, (8, 1))
    assert look_of(rising) == -1
    assert look_of(rising[:, ::-1]) == 0
    rising[0] = rising[0, ::-1]
    assert look_of(rising) == 2**56 - 1


def test_a_covered_camera_has_no_look() -> None:
    assert look_of(np.zeros((240, 320), np.uint8)) is None
    assert look_of(again(np.full((240, 320), 9, np.uint8))) is None


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found_and_told(name: str) -> None:
    for utc_s in (1_000, 4_600):
        grey = seat(utc_s=utc_s)
        copied = COPIES[name](grey)
        one, other = look_of(grey), look_of(copied)
        assert one is not None and other is not None and apart(one, other) <= APART_MAX
        for pair in ((grey, copied), (copied, grey)):
            assert reused_score(round(1000 * likeness(*map(cells, pair)))) >= SHOWN


def test_honest_photos_of_one_person_in_one_seat_are_not_copies() -> None:
    photos = [cells(again(seat(utc_s=1_000 + 900 * at))) for at in range(6)]
    pairs = [(one, other) for at, one in enumerate(photos) for other in photos[:at]]
    assert max(likeness(one, other) for one, other in pairs) < 0.9


def test_pictures_that_show_too_little_are_not_compared() -> None:
    flat = cells(np.full((240, 320), 40, np.uint8))
    assert likeness(flat, flat) == 0.0
    assert likeness(cells(seat()), flat) < 0.5
    assert likeness(cells(seat()), cells(seat())) == pytest.approx(1.0)
    assert likeness(cells(seat()), cells(empty(1_000))) < 0.5
