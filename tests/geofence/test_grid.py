"""A grid never says more than is so: cells that are not open are inside or outside as a whole."""

import numpy as np
import shapely
from hypothesis import given, settings

from geofence.grid import OPEN, OUTSIDE, SIDE, draw, lay
from tests.geofence.oracle import grounds


@settings(max_examples=60, deadline=None)
@given(grounds(1))
def test_whole_cells(ground):
    ((shell, *holes),), _ = ground
    polygon = shapely.Polygon(shell, holes)
    west, _, east, _ = polygon.bounds
    twin = shapely.transform(polygon, lambda vertices: vertices + [2 * (east - west) + 10, 0])
    for outline in (polygon, shapely.MultiPolygon([polygon, twin])):
        check(outline)


def check(outline):
    corner, shift = lay(shapely.bounds([outline]))
    shapely.prepare(outline)
    depth = draw(np.array([outline]), corner, shift).reshape(SIDE, SIDE).astype(int)
    assert (depth[-1] == OUTSIDE).all() and (depth[:, -1] == OUTSIDE).all()
    row, column = np.nonzero(depth != OPEN)
    size = 1 << shift[0]
    west, south = corner[0, 0] + column * size[0], corner[0, 1] + row * size[1]
    cells = shapely.box(west, south, west + size[0] - 1, south + size[1] - 1)
    inside = depth[row, column] != OUTSIDE
    assert (shapely.covers(outline, cells) == inside).all()
    assert (shapely.disjoint(outline, cells) == ~inside).all()
    whole = (depth != OPEN) & (depth != OUTSIDE)
    for at, across, deep in zip(row[inside], column[inside], depth[row, column][inside], strict=True):
        near = slice(max(at - deep + 1, 0), at + deep), slice(max(across - deep + 1, 0), across + deep)
        assert whole[near].all()
