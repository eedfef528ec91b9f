"""Builders of fence files. Session-wide, so that Hypothesis may use them."""

import copy
import json

import pytest

# A square of 0.01 degree with a pond in it, near Chengdu.
SHELL = [[104.0, 30.0], [104.01, 30.0], [104.01, 30.01], [104.0, 30.01], [104.0, 30.0]]
POND = [[104.004, 30.004], [104.004, 30.006], [104.006, 30.006], [104.006, 30.004], [104.004, 30.004]]
PROPERTIES = {
    "fence": "field-1",
    "ground": "North ground",
    "kind": "field",
    "parts": [2],
    "valid_from": "2026-01-01",
    "valid_to": None,
}


@pytest.fixture(scope="session")
def feature():
    """feature(shape, coordinates, **properties): one good feature, or what the arguments make of it."""

    def build(shape="Polygon", coordinates=None, **properties):
        if coordinates is None:
            coordinates = [SHELL, POND]
        return {
            "type": "Feature",
            "properties": {**PROPERTIES, **properties},
            "geometry": {"type": shape, "coordinates": copy.deepcopy(coordinates)},
        }

    return build


@pytest.fixture(scope="session")
def collection():
    """collection(*features): the text of a FeatureCollection."""

    def build(*features):
        return json.dumps({"type": "FeatureCollection", "features": list(features)})

    return build
