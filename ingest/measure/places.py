"""What the measures ask of fences and of the registry."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geofence.engine import FenceKeys
from ingest.judge.columns import Bools, Floats, Ints
from ingest.judge.evidence import part_of
from ingest.judge.register.facts import class_of
from ingest.measure.decode import DecodedMinutes

SchoolOf = Callable[[Ints, Ints], Ints]
"""Terminals and Unix minutes, arrays of one length -> each terminal's school then, 0 unknown."""


class Places(Protocol):
    """What is asked of geofence.engine.Places."""

    @property
    def zone(self) -> npt.NDArray[np.int8]: ...

    @property
    def outside_m(self) -> Floats: ...

    @property
    def in_force(self) -> Ints: ...

    @property
    def elsewhere(self) -> Ints: ...


class Fences(Protocol):
    """What is asked of geofence.engine.FenceSet."""

    def classify(
        self,
        keys: FenceKeys,
        minute_s: Ints,
        lat_e7: npt.NDArray[np.int32],
        lon_e7: npt.NDArray[np.int32],
        present: Bools,
        margin_m: Floats,
    ) -> Places: ...

    def cut_m(
        self,
        keys: FenceKeys,
        minute_s: Ints,
        lat_e7: npt.NDArray[np.int32],
        lon_e7: npt.NDArray[np.int32],
        zone: npt.NDArray[np.int8],
        margin_m: Floats,
        second_s: Ints,
        link_s: int,
    ) -> Floats: ...


def fence_keys(decoded: DecodedMinutes, school_of: SchoolOf | None) -> FenceKeys:
    """What binds each minute to fences: its part and vehicle class, and its terminal's school."""
    course, minute = decoded.columns["course"], decoded.columns["minute"]
    school = np.zeros(len(decoded), dtype=np.int64)
    if school_of is not None:
        school = school_of(decoded.columns["terminal"], minute)
    return FenceKeys(part_of(course), class_of(course), school)
