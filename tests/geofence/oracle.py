"""An independent judge of inside and outside: the winding number in exact integers. And random grounds."""

import math
from itertools import pairwise

import shapely
from hypothesis import assume
from hypothesis import strategies as st

LAT_E7, LON_E7 = 306_600_000, 1_040_600_000
# A band of latitude begins here: fences around it straddle two.
BAND_LAT_E7 = 306_500_000


def left_of(x1, y1, x2, y2, x, y):
    """Above 0 where (x, y) lies left of the directed line, 0 on it. Integers only."""
    return (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)


def on_ring(ring, lon, lat):
    return any(
        left_of(x1, y1, x2, y2, lon, lat) == 0
        and min(x1, x2) <= lon <= max(x1, x2)
        and min(y1, y2) <= lat <= max(y1, y2)
        for (x1, y1), (x2, y2) in pairwise(ring)
    )


def winding(ring, lon, lat):
    """How often the closed ring turns around the position, which is not on it (Sunday, 2001)."""
    turns = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        side = left_of(x1, y1, x2, y2, lon, lat)
        if y1 <= lat < y2 and side > 0:
            turns += 1
        elif y2 <= lat < y1 and side < 0:
            turns -= 1
    return turns


def covers(rings, lon, lat):
    """Whether a position is in the polygon (outer ring, holes) or on any of its lines."""
    if any(on_ring(ring, lon, lat) for ring in rings):
        return True
    shell, *holes = rings
    return winding(shell, lon, lat) != 0 and all(winding(hole, lon, lat) == 0 for hole in holes)


@st.composite
def star(draw, lon, lat, inner, outer):
    """A closed ring of 3 to 9 whole positions around a centre, between two radii: concave corners too."""
    count = draw(st.integers(3, 9))
    turn = draw(st.floats(0, 1))
    ring = []
    for index in range(count):
        radius = draw(st.integers(inner, outer))
        angle = 2 * math.pi * (index + turn) / count
        ring.append((lon + round(radius * math.cos(angle)), lat + round(radius * math.sin(angle))))
    return [*ring, ring[0]]


@st.composite
def polygon(draw, spread, radius, lat_e7=LAT_E7):
    """Rings of a valid polygon with up to four holes, one of them perhaps touching the outer ring."""
    lon, lat = LON_E7 + draw(st.integers(-spread, spread)), lat_e7 + draw(st.integers(-spread, spread))
    rings = [draw(star(lon, lat, radius // 2, radius))]
    for east, north in draw(st.sets(st.sampled_from([(-1, -1), (-1, 1), (1, -1), (1, 1)]))):
        step = max(2, radius // 6)
        rings.append(draw(star(lon + east * step, lat + north * step, 1, step)))
    if draw(st.booleans()):
        touched = draw(st.sampled_from(rings[0][:-1]))
        hole = [touched, (lon, lat + 1), (lon + 1, lat), touched]
        if shapely.Polygon(rings[0], [*rings[1:], hole]).is_valid:
            rings.append(hole)
    assume(shapely.Polygon(rings[0], rings[1:]).is_valid)
    assume(all(shapely.Polygon(ring).area > 0 for ring in rings))
    return rings


@st.composite
def grounds(draw, most=3):
    """(polygons, fixes): overlapping or apart, from half a metre to a kilometre across."""
    radius = draw(st.sampled_from([30, 2_000, 50_000]))
    lat_e7 = draw(st.sampled_from([LAT_E7, BAND_LAT_E7]))
    polygons = draw(st.lists(polygon(2 * radius, radius, lat_e7), min_size=1, max_size=most))
    return polygons, draw(fixes_around(polygons, 4 * radius, lat_e7))


@st.composite
def fixes_around(draw, polygons, reach, lat_e7=LAT_E7):
    """1 to 20 fixes: anywhere near, or within 2 cm of vertices and of the middles of edges."""
    anywhere = st.tuples(
        st.integers(LON_E7 - reach, LON_E7 + reach), st.integers(lat_e7 - reach, lat_e7 + reach)
    )
    edges = [edge for rings in polygons for ring in rings for edge in pairwise(ring)]
    middles = [((x1 + x2) // 2, (y1 + y2) // 2) for (x1, y1), (x2, y2) in edges]
    near = st.builds(
        lambda position, east, north: (position[0] + east, position[1] + north),
        st.sampled_from([begin for begin, _ in edges] + middles),
        st.integers(-2, 2),
        st.integers(-2, 2),
    )
    return draw(st.lists(anywhere | near, min_size=1, max_size=20))
