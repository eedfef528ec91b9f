"""Where a ring crosses or touches itself: every place, not only the first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import shapely

from geofence.survey.drawn import Drawn, Path
from geofence.survey.faults import Fault

# A drawing that crosses itself more often is drawn again, not mended place by place.
MAX_TOLD = 20


def crossing_faults(drawn: Drawn) -> Iterator[Fault]:
    """SELF_CROSSING for the crossings of each ring of an area, MAX_TOLD of a ring at most."""
    for polygon in drawn.polygons:
        for ring in polygon:
            for first, second, lon_e7, lat_e7 in islice(crossings(ring), MAX_TOLD):
                yield Fault(
                    "SELF_CROSSING",
                    drawn.where.feature,
                    drawn.fence,
                    ring.name,
                    first,
                    lon_e7,
                    lat_e7,
                    {"other": second},
                )


def crossings(ring: Path) -> Iterator[tuple[int, int, int, int]]:
    """The pairs of edges that meet away from a common end -> (vertex the one begins at, the other's, lon_e7,
    lat_e7 of a place where they meet), by vertex. An open ring is not closed for it.
    """
    positions = ring.positions
    begins = np.flatnonzero((positions[1:] != positions[:-1]).any(axis=1))
    if len(begins) < 3:
        return
    edges = shapely.linestrings(np.stack([positions[begins], positions[begins + 1]], axis=1))
    pairs = shapely.STRtree(edges).query(edges, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    closed = bool((positions[0] == positions[-1]).all())
    for index in np.lexsort(pairs[::-1]).tolist():
        one, other = pairs[:, index].tolist()
        meeting = shapely.intersection(edges[one], edges[other])
        neighbours = other - one == 1 or (closed and one == 0 and other == len(edges) - 1)
        # Neighbours meet in their common end; more than that is an edge that runs back over the other.
        if not (neighbours and meeting.geom_type == "Point"):
            lon_e7, lat_e7 = np.rint(shapely.get_coordinates(meeting)[0]).astype(np.int64).tolist()
            yield int(begins[one]) + 1, int(begins[other]) + 1, lon_e7, lat_e7
