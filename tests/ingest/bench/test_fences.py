"""The benchmark of fences, small: its figures are there, and its worlds are what it says."""

import numpy as np

from geofence.engine import FenceSet
from ingest.bench import fences


def test_figures_of_a_small_run():
    figures = fences.fence_figures(fences=300, rounds=2)
    rates = figures["million_fixes_s"]
    assert set(rates) == {f"{mix}, {order}" for mix in ("inside", "outside") for order in fences.ORDERS}
    every = [*rates.values(), *figures["ceiling_million_fixes_s"].values(), figures["cuts_million_fixes_s"]]
    assert all(rate["first"] > 0 and rate["median"] > 0 for rate in every)
    assert figures["fences"] == 300 and figures["machine"]["shapely"]


def test_the_mixes_are_what_they_say():
    rng = np.random.default_rng(5)
    world = fences._world(rng, 200)
    assert set(np.bincount(world.school)[1:].tolist()) <= {1, 2, 3}
    fence_set = FenceSet(world.fences)
    present = np.ones((fences.MINUTES, fences.FIXES), dtype=bool)
    minute_s = np.full(fences.MINUTES, fences._MINUTE_S)
    shares = {}
    for mix in ("inside", "outside", "circles"):
        (block,) = fences._blocks(rng, world, "live", mix, 1)
        places = fence_set.classify(block.keys, minute_s, block.lat_e7, block.lon_e7, present, block.margin_m)
        assert places.in_force.min() >= 1 and places.in_force.max() <= 3
        shares[mix] = float((places.zone == 0).mean())
    assert 0.97 < shares["inside"] < 0.995 and shares["outside"] < 0.01 and shares["circles"] == 1
