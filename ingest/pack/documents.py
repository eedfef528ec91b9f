"""What a pack holds, as plain values: one document a file; to files and back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import shapely.errors

from geofence.errors import FenceError
from geofence.ground import Fence, read_fences
from ingest.judge.rulebook.layer_checks import RulebookError
from ingest.judge.rulebook.rule_set import RuleSetError
from ingest.pack import canonical
from ingest.pack.derive import Row, Source
from ingest.pack.facts import facts_of, rule_set_read, rules_read, shares_read, suspicions_of
from ingest.pack.faults import PackError, unreadable
from ingest.pack.records import joined, parted
from ingest.pack.shape import check
from ingest.pack.shapes import SHAPES

JSON_FILES = {
    "session": "session.json",
    "terminal": "terminal.json",
    "registry": "registry.json",
    "fences": "fences.geojson",
    "rules": "rules.json",
    "suspicions": "suspicions.json",
    "neighbours": "neighbours.json",
    "verdicts": "verdicts.json",
    "decisions": "decisions.json",
    "credit": "credit.json",
    "photos": "photos.json",
    "envelopes": "envelopes.json",
}
RECORDS, REPORT = "records.bin", "report.pdf"
# What hostile values make of calculations, dates, drawings and memory; none is the fault of a pack of ours.
_FAULTS = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    MemoryError,
    RecursionError,
    shapely.errors.ShapelyError,
    FenceError,
    RuleSetError,
    RulebookError,
)
Json = Any


@dataclass(frozen=True)
class Documents:
    """The pack's documents, as docs/reference/evidence-pack.md has them. pictures: SHA-256 -> JPEG."""

    records: tuple[bytes, ...]
    session: Json
    terminal: Json
    registry: Json
    fences: Json
    rules: Json
    suspicions: Json
    neighbours: Json
    verdicts: Json
    decisions: Json
    credit: Json
    photos: Json
    envelopes: Json
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[int, int]:
        """(terminal, session)."""
        return int(self.session["terminal"]), int(self.session["session"])

    @property
    def public_keys(self) -> list[str]:
        """The terminal's public keys (hexadecimal)."""
        return [one["public_key"] for one in self.terminal["keys"]]

    @cached_property
    def fence_entries(self) -> tuple[Fence, ...]:
        """Every entry of every fence."""
        # One by one: a fence that changed has two entries with one id, which a file may not have.
        whole = ({"type": "FeatureCollection", "features": [one]} for one in self.fences["features"])
        return tuple(fence for one in whole for fence in read_fences(one, "fences.geojson"))

    def source(self) -> Source:
        """What the verdicts follow from. Raises PackError."""
        terminal, session = self.numbers
        made: dict[str, Any] = {}
        for name, read in (
            ("registry.json", lambda: {"facts": facts_of(self.terminal["entries"], self.registry)}),
            ("fences.geojson", lambda: {"fences": self.fence_entries}),
            ("rules.json", lambda: {"rules": rules_read(self.rules)}),
            ("suspicions.json", lambda: {"suspicions": suspicions_of(self.suspicions)}),
            ("neighbours.json", lambda: _neighbours(self.neighbours)),
        ):
            made.update(guarded(name, read))
        rows = tuple(Row(terminal, int.from_bytes(one[9:13], "big"), one[0], one) for one in self.records)
        told = self.session
        return Source(terminal, session, told["first"], told["through"], tuple(told["lost"]), rows, **made)


def guarded(name: str, read: Any) -> Any:
    """What read() gives; what it finds wrong becomes a PackError about the file of that name."""
    try:
        return read()
    except PackError:
        raise
    except _FAULTS as fault:
        raise unreadable(name, f"{type(fault).__name__}: {str(fault)[:120]}") from None


def _neighbours(told: Json) -> dict[str, Any]:
    sets = tuple(rule_set_read(one) for one in told["rule_sets"])
    shares = shares_read(told["shares"])
    if not set(shares["rules"]) <= {one.digest for one in sets}:
        raise ValueError("a share names no rule set of the file")
    return {"shares": shares, "rule_sets": sets}


def to_files(documents: Documents) -> dict[str, bytes]:
    """The files, without the report and what seals them."""
    files = {name: canonical.written(getattr(documents, of)) for of, name in JSON_FILES.items()}
    pictures = {f"photos/{digest}.jpg": data for digest, data in documents.pictures.items()}
    return {**files, **pictures, RECORDS: joined(documents.records)}


def of_files(files: Mapping[str, bytes]) -> Documents:
    """Inverse of to_files. Raises PackError."""
    values = {of: canonical.read(files[name], name) for of, name in JSON_FILES.items()}
    for of, name in JSON_FILES.items():
        check(values[of], SHAPES[of], name)
    pictures = {name[7:-4]: data for name, data in files.items() if name.startswith("photos/")}
    for digest, data in pictures.items():
        if hashlib.sha256(data).hexdigest() != digest:
            raise PackError(
                f"photos/{digest}.jpg is not the photo of that SHA-256.",
                f"photos/{digest}.jpg 与其名称中的 SHA-256 不符。",
            )
    return Documents(tuple(parted(files[RECORDS])), **values, pictures=pictures)
