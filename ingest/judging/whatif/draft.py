"""A draft of fences or rules put in the place of what is in force: the world as it would be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geofence.ground import Fence, read_fences
from geofence.properties import WITHDRAWN
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.rulebook.text import parse
from ingest.store import registry_file
from ingest.store.rule_layers import LayerFile

Feature = dict[str, Any]


class DraftError(ValueError):
    """A draft that cannot be put in the place of what is there; one sentence."""


def drafted_fences(known: Iterable[Feature], drawn: Sequence[Feature], withdrawn: Sequence[str]) -> list[Any]:
    """The features to load so that the registry says what the draft says; raises DraftError, FenceError.

    A drawn fence takes the place of the entry of its id that begins when it does, and ends those that began
    before; withdrawn: ids whose entries are all withdrawn. Every other entry stays as it is.
    """
    by_id: dict[str, list[tuple[Fence, Feature]]] = {}
    for feature in known:
        fence = _read(feature)
        by_id.setdefault(fence.fence_id, []).append((fence, feature))
    document = [_with(feature, state=WITHDRAWN) for one in withdrawn for feature in _entries(by_id, one)]
    fences = [_read(feature) for feature in drawn]
    if again := {fence.fence_id for fence in fences} & set(withdrawn):
        raise DraftError(f"fence {min(again)} is both drawn and withdrawn; leave out one of them")
    for fence, feature in zip(fences, drawn, strict=True):
        document += _replaced(fence, feature, by_id.get(fence.fence_id, []))
    if document:
        read_fences({"type": "FeatureCollection", "features": document}, "draft")
    return document


def with_features(known: Iterable[Feature], document: Sequence[Feature]) -> list[Feature]:
    """What the registry believes once the document is loaded."""
    fresh = {_key(feature): feature for feature in document}
    return [feature for feature in known if _key(feature) not in fresh] + list(fresh.values())


def drafted_rules(files: Iterable[LayerFile], draft: Mapping[str, str]) -> RuleSet | Rulebook:
    """The rules once these files (name -> TOML text) are loaded; raises RulebookError."""
    texts = {file.name: file.text for file in files} | dict(draft)
    books = [parse(text, name) for name, text in texts.items() if text]
    return Rulebook.join(books) if books else RuleSet()


def _entries(by_id: Mapping[str, list[tuple[Fence, Feature]]], fence_id: str) -> list[Feature]:
    if fence_id not in by_id:
        raise DraftError(f"fence {fence_id} is not in the registry, so it cannot be withdrawn; check its id")
    return [feature for _, feature in by_id[fence_id]]


def _replaced(fence: Fence, drawn: Feature, entries: list[tuple[Fence, Feature]]) -> list[Feature]:
    begin = drawn["properties"]["valid_from"]
    found = []
    for old, feature in entries:
        if old.valid_from_s == fence.valid_from_s:
            # The registry tells entries apart by how their first day is written.
            drawn = _with(drawn, valid_from=feature["properties"]["valid_from"])
        elif old.valid_from_s > fence.valid_from_s:
            if fence.valid_to_s is None or fence.valid_to_s > old.valid_from_s:
                since = feature["properties"]["valid_from"]
                had = f"fence {fence.fence_id} has a later entry from {since}"
                raise DraftError(f"{had}; end the draft there by its valid_to")
        elif old.valid_to_s is None or old.valid_to_s > fence.valid_from_s:
            found.append(_with(feature, valid_to=begin))
    return [*found, drawn]


def _with(feature: Feature, **values: Any) -> Feature:
    return {**feature, "properties": {**feature["properties"], **values}}


def _read(feature: Feature) -> Fence:
    return read_fences({"type": "FeatureCollection", "features": [feature]}, "draft")[0]


def _key(feature: Feature) -> tuple[Any, Any]:
    grounds = {"type": "FeatureCollection", "features": [feature]}
    entry = registry_file.check({"grounds": grounds}, "draft").entries["fence"][0]
    return entry["number"], entry["valid_from"]
