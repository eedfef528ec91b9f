"""The bench's registry: schools, operators, cars, terminals, instructors, trainees, grounds."""

from __future__ import annotations

import json
import math

from ingest.bench.desk.scale import (
    FIRST_CAR,
    FIRST_DAY,
    FIRST_INSTRUCTOR,
    FIRST_SCHOOL,
    FIRST_TERMINAL,
    FIRST_TRAINEE,
    OPERATORS,
    Scale,
)
from ingest.store.connection import Connection

_SINCE = "timestamptz '2020-01-01 00:00+08'"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
RADIUS_M = 200
LAT, LON, STEP = 31.0, 121.0, 0.02


def ground_name(nth: int) -> str:
    """The name of the ground with this number, from 1."""
    return f"训练场 {nth:03d}"


def centre(nth: int) -> tuple[float, float]:
    """Latitude and longitude of a ground's middle, degrees."""
    return LAT + STEP * (nth % 20), LON + STEP * (nth // 20)


def load(conn: Connection, scale: Scale) -> None:
    """Fill the registry."""
    row = conn.execute(
        "INSERT INTO registry_load (source, sha256) VALUES ('bench', sha256('bench')) RETURNING id"
    ).fetchone()
    assert row is not None
    load_id = row[0]
    name = (
        f"substr('{_SURNAMES}', 1 + n * 7 %% 20, 1) || substr('{_GIVEN}', 1 + n / 20 %% 20, 1)"
        f" || substr('{_GIVEN}', 1 + n * 13 %% 20, 1)"
    )
    # A few schools are large: cars are dealt by the square of an even draw.
    school = (
        f"{FIRST_SCHOOL} + 1 + floor({scale.schools} * power((n * 7919 %% {scale.cars})::float8"
        f" / {scale.cars}, 1.6))::bigint"
    )
    statements = (
        (
            "operator (number, valid_from, load, name)",
            "'A' || lpad(n::text, 4, '0')",
            "'平台 ' || n",
            OPERATORS,
        ),
        ("school (number, valid_from, load, name)", f"{FIRST_SCHOOL} + n", "'驾校 ' || n", scale.schools),
    )
    for into, number, called, many in statements:
        conn.execute(
            f"INSERT INTO {into} SELECT {number}, {_SINCE}, {load_id}, {called}"
            f" FROM generate_series(1, {many}) n".replace("%%", "%").encode()
        )
    several = (
        (
            "car (number, valid_from, load, plate, school)",
            FIRST_CAR,
            "'沪A' || lpad(n::text, 5, '0') || '学', {school}",
        ),
        (
            "terminal (number, valid_from, load, key, car, school, operator)",
            FIRST_TERMINAL,
            f"sha256(n::text::bytea), {FIRST_CAR} + n, {{school}},"
            f" 'A' || lpad((1 + n % {OPERATORS})::text, 4, '0')",
        ),
        ("instructor (number, valid_from, load, name, school)", FIRST_INSTRUCTOR, f"{name}, {{school}}"),
    )
    for into, first, rest in several:
        values = rest.replace("{school}", school)
        conn.execute(
            f"INSERT INTO {into} SELECT {first} + n, {_SINCE}, {load_id}, {values}"
            f" FROM generate_series(1, {scale.cars}) n".replace("%%", "%").encode()
        )
    conn.execute(
        "INSERT INTO trainee (number, valid_from, load, name, school, vehicle_class)"
        f" SELECT {FIRST_TRAINEE} + n, {_SINCE}, {load_id}, {name}, {FIRST_SCHOOL} + 1 + n % {scale.schools},"
        f" 'C1' FROM generate_series(1, {scale.trainees}) n".replace("%%", "%").encode()
    )
    _grounds(conn, scale, load_id)


def _grounds(conn: Connection, scale: Scale, load_id: int) -> None:
    with conn.cursor() as cursor:
        statement = "COPY fence (load, number, valid_from, valid_to, ground, feature) FROM STDIN"
        with cursor.copy(statement) as copy:
            for nth in range(1, scale.grounds + 1):
                copy.write_row(
                    (
                        load_id,
                        f"F{nth}",
                        "2020-01-01 00:00+08",
                        None,
                        ground_name(nth),
                        json.dumps(_feature(nth)),
                    )
                )


def _feature(nth: int) -> dict[str, object]:
    lat, lon = centre(nth)
    ring = [
        [
            round(
                lon + RADIUS_M / 111319 / math.cos(math.radians(lat)) * math.cos(math.tau * corner / 24), 7
            ),
            round(lat + RADIUS_M / 111319 * math.sin(math.tau * corner / 24), 7),
        ]
        for corner in range(24)
    ]
    about = {"fence": f"F{nth}", "ground": ground_name(nth), "kind": "field", "parts": [2, 3]}
    return {
        "type": "Feature",
        "properties": {**about, "valid_from": "2020-01-01", "valid_to": None},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


__all__ = ["FIRST_DAY", "centre", "ground_name", "load"]
