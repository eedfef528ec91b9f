"""A file of fences alone is a registry file too: what `hourfence fences import` writes can be loaded."""

from ingest.store import registry_file

FENCES = {"type": "FeatureCollection", "features": []}


def test_a_feature_collection_is_a_registry_of_grounds() -> None:
    assert registry_file.check(FENCES, "f").entries == registry_file.check({"grounds": FENCES}, "f").entries
