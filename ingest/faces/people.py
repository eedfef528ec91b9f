"""Whose photos belong together: by training session and role, with one of them as the reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ingest.faces.model import Face

INSTRUCTOR, TRAINEE = 1, 2
SIGN_IN = 1
TRAINEE_BEFORE_S = 600
INSTRUCTOR_BEFORE_S = 12 * 3600
"""A sign-in's photo is taken before the session has a number: so long before it for the trainee; for the
instructor, who signs in once for many sessions, longer."""

DIGEST_NONE = bytes(32)


class Taken(NamedTuple):
    """A record that names a photo. person: who was recognised or expected, 0 nobody named."""

    terminal: int
    seq: int
    session: int
    role: int
    moment: int
    utc_s: int
    person: int
    digest: bytes


class Session(NamedTuple):
    """A training session, by its trainee's sign-in."""

    terminal: int
    session: int
    utc_s: int
    trainee: int
    instructor: int

    def person(self, role: int) -> int:
        return self.trainee if role == TRAINEE else self.instructor


class Seen(NamedTuple):
    """What was seen in a photo. look: as ingest.faces.looks has it, None for a picture that shows nothing."""

    faces: tuple[Face, ...]
    look: int | None


class Measured(NamedTuple):
    """A photo of a session's person beside the reference (its digest, None without one). seq: the record that
    names it; distance_1000: thousandths, None without a face or a reference; faces: how many it shows."""

    terminal: int
    session: int
    role: int
    seq: int
    utc_s: int
    digest: bytes
    reference: bytes | None
    distance_1000: int | None
    faces: int
    look: int | None


def photos_of(session: Session, taken: Sequence[Taken]) -> dict[int, list[Taken]]:
    """The session's photos by role, in time, each digest once. taken: of its terminal, in any order."""
    found: dict[int, dict[bytes, Taken]] = defaultdict(dict)
    for one in sorted(taken, key=lambda one: (one.utc_s, one.seq)):
        if one.session == session.session or _is_sign_in(session, one):
            found[one.role].setdefault(one.digest, one)
    return {role: list(photos.values()) for role, photos in sorted(found.items())}


def compare(
    session: int, photos: Sequence[Taken], seen: Mapping[bytes, Seen], enrolled: tuple[bytes, Seen] | None
) -> list[Measured]:
    """Each photo of one person beside the reference: the enrolled photo, else the first of the sign-in with a
    face, else the first with one. Where a photo shows several faces the one most like it counts."""
    reference, face = _reference(photos, seen, enrolled)
    made = []
    for one in photos:
        faces, look = seen[one.digest]
        distance = _distance_1000(faces, face)
        key = one.terminal, session, one.role, one.seq, one.utc_s, one.digest
        made.append(Measured(*key, reference, distance, len(faces), look))
    return made


def by_terminal(taken: Iterable[Taken]) -> dict[int, list[Taken]]:
    """Photos by their terminal, those without a picture left out."""
    found: dict[int, list[Taken]] = defaultdict(list)
    for one in taken:
        if one.digest != DIGEST_NONE:
            found[one.terminal].append(one)
    return found


def _is_sign_in(session: Session, one: Taken) -> bool:
    if one.session or one.moment != SIGN_IN or one.seq >= session.session:
        return False
    long_s = TRAINEE_BEFORE_S if one.role == TRAINEE else INSTRUCTOR_BEFORE_S
    return one.person == session.person(one.role) and 0 <= session.utc_s - one.utc_s <= long_s


def _reference(
    photos: Sequence[Taken], seen: Mapping[bytes, Seen], enrolled: tuple[bytes, Seen] | None
) -> tuple[bytes | None, Face | None]:
    if enrolled is not None and enrolled[1].faces:
        return enrolled[0], enrolled[1].faces[0]
    for one in sorted(photos, key=lambda one: one.moment != SIGN_IN):
        if seen[one.digest].faces:
            return one.digest, seen[one.digest].faces[0]
    return None, None


def _distance_1000(faces: Sequence[Face], reference: Face | None) -> int | None:
    if reference is None or not faces:
        return None
    return round(1000 * min(float(np.linalg.norm(face.descriptor - reference.descriptor)) for face in faces))
