"""How many fixes a second one core holds to their fences, against shapely alone in the same run."""

from __future__ import annotations

import platform
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.engine import FenceKeys, FenceSet
from geofence.ground import Fence
from ingest.bench.cpu import model

FENCES = 50_000
MINUTES = 4096
FIXES = 60
_A_DAY = 480
_PART, _CLASS, _MINUTE_S = 2, 21, 1_780_000_000
# The fences lie in five by five degrees around Chengdu, each some 200 to 300 m across.
_LAT_E7, _LON_E7, _SPREAD_E7 = 306_600_000, 1_040_600_000, 25_000_000
_LEAST_RADIUS_E7, _RADIUS_E7 = 9_000, 15_000
_EAST = 1.15
_E7_PER_M = 90
ORDERS = ("by terminal", "live", "strangers")


@dataclass(frozen=True, eq=False)
class _World:
    """Fences, their centres in 1e-7 degrees, and for each the school it is bound to."""

    fences: list[Fence]
    lat_e7: NDArray[np.int64]
    lon_e7: NDArray[np.int64]
    school: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Block:
    """Minutes [n] and their fixes [n, m], each minute at one fence of its school."""

    fence: NDArray[np.int64]
    keys: FenceKeys
    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]
    margin_m: NDArray[np.float64]


def fence_figures(fences: int = FENCES, rounds: int = 12, seed: int = 1) -> dict[str, object]:
    """Millions of fixes per CPU second of one core, by mix, and what was measured on what.

    Blocks of 4,096 minutes of 60 fixes with a margin each; a terminal's school has 1 to 3 of the fences.
    "inside": 98 % well inside, 2 % up to 100 m outside or at the edge. "outside": a drive some hundred metres
    to ten kilometres from the fences. "by terminal": 480 minutes of a terminal follow one another, as the
    evidence does; "live": one minute of each of 4,096 terminals, block after block of the same; "strangers":
    as live, but of others in every block. first is the first block, median that of the others. ceiling:
    shapely alone, contains_xy on the minute's one fence, prepared, nothing else told. cuts: cut_m on drives
    of 12 m/s in circles inside.
    """
    rng = np.random.default_rng(seed)
    world = _world(rng, fences)
    begun = time.process_time()
    fence_set = FenceSet(world.fences)
    figures: dict[str, object] = {
        "machine": {"cpu": model(), "python": platform.python_version(), "numpy": np.__version__,
                    "shapely": shapely.__version__, "geos": shapely.geos_version_string},
        "fences": fences, "minutes_a_block": MINUTES, "fixes_a_minute": FIXES, "rounds": rounds, "seed": seed,
        "set_up_s": round(time.process_time() - begun, 2),
    }  # fmt: skip
    figures["million_fixes_s"] = {
        f"{mix}, {order}": _passes(_classify_of(fence_set), _blocks(rng, world, order, mix, rounds))
        for mix in ("inside", "outside")
        for order in ORDERS
    }
    figures["ceiling_million_fixes_s"] = {
        order: _passes(_ceiling(world), _blocks(rng, world, order, "inside", rounds)) for order in ORDERS
    }
    cuts = _blocks(rng, world, ORDERS[0], "circles", rounds)
    figures["cuts_million_fixes_s"] = _passes(_cuts_of(fence_set), cuts)
    figures["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return figures


def _world(rng: np.random.Generator, count: int) -> _World:
    """Star-shaped fences of 12 to 60 corners in a band of radii; schools of one, two or three of them."""
    lat_e7 = _LAT_E7 + rng.integers(-_SPREAD_E7, _SPREAD_E7, count)
    lon_e7 = _LON_E7 + rng.integers(-_SPREAD_E7, _SPREAD_E7, count)
    school = np.repeat(np.arange(1, count + 1), rng.integers(1, 4, count))[:count]
    fences = []
    for number, corners in enumerate(rng.integers(12, 61, count).tolist()):
        angle = np.arange(corners) * (2 * np.pi / corners)
        radius = rng.integers(_LEAST_RADIUS_E7, _RADIUS_E7, corners)
        lon = np.rint(lon_e7[number] + radius * _EAST * np.cos(angle)) / 1e7
        lat = np.rint(lat_e7[number] + radius * np.sin(angle)) / 1e7
        outline = shapely.polygons(np.column_stack([lon, lat]))
        schools = frozenset([int(school[number])])
        fences.append(Fence(f"f{number}", "g", "field", frozenset([_PART]), 0, None, outline, None, schools))
    return _World(fences, lat_e7, lon_e7, school)


def _blocks(rng: np.random.Generator, world: _World, order: str, mix: str, rounds: int) -> Iterator[_Block]:
    """Blocks of minutes, each at a fence drawn by chance for its terminal."""
    run = _A_DAY if order == ORDERS[0] else 1
    fence = np.zeros(0, dtype=np.int64)
    for _ in range(rounds):
        if order != "live" or not len(fence):
            fence = np.repeat(rng.integers(0, len(world.fences), -(-MINUTES // run)), run)[:MINUTES]
        yield _block(rng, world, fence, mix)


def _block(rng: np.random.Generator, world: _World, fence: NDArray[np.int64], mix: str) -> _Block:
    shape = (MINUTES, FIXES)
    if mix == "outside":
        step = np.arange(FIXES) * 1_000
        east = rng.integers(30_000, 1_000_000, (MINUTES, 1)) + step
        north = rng.integers(-50_000, 50_000, (MINUTES, 1)) + step // 2
    else:
        angle = rng.random(shape) * 2 * np.pi
        radius = np.sqrt(rng.random(shape)) * 0.85 * _LEAST_RADIUS_E7
        edge = rng.random(shape) < 0.02
        if mix == "circles":
            radius = np.broadcast_to(
                rng.integers(_LEAST_RADIUS_E7 // 2, _LEAST_RADIUS_E7, (MINUTES, 1)), shape
            )
            radius, edge = radius * 0.85, edge & False
            angle = np.arange(FIXES) * (12 * _E7_PER_M / radius)
        radius = np.where(edge, rng.integers(_LEAST_RADIUS_E7, _RADIUS_E7 + 10_000, shape), radius)
        east, north = np.rint(radius * _EAST * np.cos(angle)), np.rint(radius * np.sin(angle))
    lon_e7 = (world.lon_e7[fence][:, np.newaxis] + east).astype(np.int32)
    lat_e7 = (world.lat_e7[fence][:, np.newaxis] + north).astype(np.int32)
    keys = FenceKeys(np.full(MINUTES, _PART), np.full(MINUTES, _CLASS), world.school[fence])
    return _Block(fence, keys, lat_e7, lon_e7, np.maximum(rng.integers(3, 15, shape), 5.0))


def _passes(ask: Callable[[_Block], None], blocks: Iterator[_Block]) -> dict[str, float]:
    """Millions of fixes per CPU second: the first block, and the median of the others."""
    rates = []
    for block in blocks:
        begun = time.process_time()
        ask(block)
        rates.append(block.lat_e7.size / (time.process_time() - begun) / 1e6)
    return {"first": round(rates[0], 2), "median": round(float(np.median(rates[1:])), 2)}


def _classify_of(fence_set: FenceSet) -> Callable[[_Block], None]:
    present = np.ones((MINUTES, FIXES), dtype=bool)
    minute_s = np.full(MINUTES, _MINUTE_S)

    def ask(block: _Block) -> None:
        fence_set.classify(block.keys, minute_s, block.lat_e7, block.lon_e7, present, block.margin_m)

    return ask


def _cuts_of(fence_set: FenceSet) -> Callable[[_Block], None]:
    zone = np.zeros((MINUTES, FIXES), dtype=np.int8)
    minute_s, second_s = np.full(MINUTES, _MINUTE_S), np.arange(FIXES)

    def ask(block: _Block) -> None:
        fence_set.cut_m(block.keys, minute_s, block.lat_e7, block.lon_e7, zone, block.margin_m, second_s, 5)

    return ask


def _ceiling(world: _World) -> Callable[[_Block], None]:
    outlines = shapely.transform(
        np.array([fence.geometry for fence in world.fences], dtype=object), lambda vertices: vertices * 1e7
    )
    shapely.prepare(outlines)

    def ask(block: _Block) -> None:
        x, y = block.lon_e7.astype(np.float64), block.lat_e7.astype(np.float64)
        shapely.contains_xy(outlines[block.fence][:, np.newaxis], x, y)

    return ask
