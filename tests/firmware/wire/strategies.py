"""Hypothesis strategies made from the field table itself."""

from typing import Any

from hypothesis import strategies as st

from firmware.wire import fields


def value_of(field: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Any value a field admits, its edges included."""
    _, kind, low, high = field
    if kind[0] == "b":
        return st.binary(min_size=fields.SIZES[kind], max_size=fields.SIZES[kind])
    return st.one_of(st.sampled_from([low, high]), st.integers(low, high))


@st.composite
def fix_lists(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """Fixes of a minute, from a few metres apart to across the world."""
    seconds = sorted(draw(st.sets(st.integers(0, 59), max_size=60)))
    lat = draw(st.integers(-900000000, 900000000))
    lon = draw(st.integers(-1800000000, 1800000000))
    reach = draw(st.sampled_from([50, 40000, 3_000_000, 1_000_000_000]))
    offset = st.integers(-reach, reach)
    out = []
    for second in seconds:
        out.append(
            (
                second,
                max(-900000000, min(900000000, lat + draw(offset))),
                max(-1800000000, min(1800000000, lon + draw(offset))),
                draw(st.integers(0, 2047)),
                draw(st.one_of(st.integers(0, 359), st.just(511))),
                draw(st.integers(0, 31)),
                draw(st.integers(0, 63)),
                draw(st.integers(0, 1)),
            )
        )
    return out


@st.composite
def record_values(draw: st.DrawFn) -> dict[str, Any]:
    """The dict of any record."""
    kind = draw(st.sampled_from(sorted(set(fields.BODY) - {fields.MINUTE_THIN})))
    values = {field[0]: draw(value_of(field)) for field in fields.HEADER + fields.BODY[kind]}
    values["kind"] = kind
    if kind == fields.MINUTE:
        for name in ("origin_lat_e7", "origin_lon_e7", "shift", "seconds"):
            del values[name]
        values["fixes"] = draw(fix_lists())
    return values
