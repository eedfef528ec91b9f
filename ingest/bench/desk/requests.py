"""What the bench asks the desk for: many varied requests of queue, sessions and statistics."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from ingest.bench.desk.causes import causes
from ingest.bench.desk.people import ground_name
from ingest.bench.desk.scale import (
    FIRST_CAR,
    FIRST_DAY,
    FIRST_INSTRUCTOR,
    FIRST_SCHOOL,
    FIRST_TERMINAL,
    FIRST_TRAINEE,
    Scale,
)
from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection

Get = Callable[[str], bytes]
DEEP_PAGES = 40
DIMENSIONS = ("school", "ground", "instructor", "car", "terminal", "operator")
RANKED = ("instructor", "car", "terminal", "school")
_SURNAMES = "王李张刘陈杨赵黄周吴"
_OF_SESSION = (
    ("/sessions", ""),
    ("/v1/sessions", ""),
    ("/v1/sessions", "/trace"),
    ("/v1/sessions", "/neighbours"),
    ("/v1/sessions", "/fences"),
)
ORDERS = ("recorded", "sessions", "valid", "outside", "faces", "late", "suspected", "key")


def queue(scale: Scale, many: int, get: Get) -> list[str]:
    """Queue pages: filters alone and together, searches for one and several words, first and deep pages."""
    draw = random.Random(1)
    cursors = _deep(get)
    urls = []
    for nth in range(many):
        kind = nth % 10
        filters: dict[str, str] = {}
        if kind == 1:
            filters = {"school": str(FIRST_SCHOOL + draw.randint(1, scale.schools))}
        elif kind == 2:
            filters = {"instructor": str(FIRST_INSTRUCTOR + draw.randint(1, scale.cars))}
        elif kind == 3:
            filters = {"reason": _reason(draw)}
        elif kind == 4:
            filters = _days(draw, scale)
        elif kind == 5:
            filters = {"search": _searched(draw, scale)}
        elif kind == 6:
            ground = _ground(draw, scale)
            filters = {"ground": ground, "score": str(draw.randint(0, 900))}
        elif kind == 7:
            filters = {"school": str(FIRST_SCHOOL + draw.randint(1, scale.schools)), "reason": _reason(draw)}
            filters |= _days(draw, scale)
        elif kind == 8:
            filters = {"state": draw.choice(("new", "decided", "appealed", "leased"))}
        elif kind == 9:
            filters = {"after": draw.choice(cursors)} if cursors else {}
        if nth % 50 == 20:
            filters = {"listed": "true"}
        path = "/v1/queue" if nth % 2 else "/"
        urls.append(f"{path}?{urlencode(filters)}" if filters else path)
    return urls


def facets(urls: Sequence[str]) -> list[str]:
    """What a browser asks for once a queue page is shown: the counts beside its filters."""
    asked = [url.partition("?")[2] for url in urls if "after=" not in url]
    return [f"/v1/queue/facets?{query}" if query else "/v1/queue/facets" for query in asked[::5]]


def sessions(conn: Connection, many: int) -> list[str]:
    """Pages of the sessions that have evidence: the page itself, and what it asks for."""
    rows = conn.execute(
        "SELECT terminal, session FROM evidence WHERE kind = 2 ORDER BY terminal, session LIMIT %s", (many,)
    ).fetchall()
    return [
        f"{start}/{terminal:016d}/{session}{end}" for terminal, session in rows for start, end in _OF_SESSION
    ]


def statistics(scale: Scale, many: int) -> list[str]:
    """Every statistics page, over a week, a month, odd stretches and everything."""
    draw = random.Random(2)
    urls = []
    for nth in range(many):
        days = _days(draw, scale) if nth % 3 else {"from": str(FIRST_DAY), "to": str(scale.last_day)}
        dimension, ranked = DIMENSIONS[nth % 6], RANKED[nth % 4]
        table = {"tab": dimension, "order": draw.choice(ORDERS), "ascending": draw.choice(("true", "false"))}
        urls += [
            f"/numbers?{urlencode({**table, **days})}",
            f"/v1/statistics/{dimension}?{urlencode({'order': table['order'], **days})}",
            f"/v1/statistics/{dimension}/one?{urlencode({'key': _key(draw, scale, dimension), **days})}",
            f"/numbers/anomalies?{urlencode({'dimension': ranked, **days})}",
            f"/numbers/warnings?{urlencode({'dimension': ranked, 'to': days['to']})}",
        ]
        if nth % 4 == 0:
            urls += ["/numbers/conservation", f"/v1/statistics/summary?{urlencode(days)}"]
    return urls


def _deep(get: Get) -> list[str]:
    """Cursors of pages far down the queue."""
    return list(_followed(get))


def _followed(get: Get) -> Iterator[str]:
    after = None
    for _ in range(DEEP_PAGES):
        asked = {"limit": "200"} if after is None else {"limit": "200", "after": after}
        told = json.loads(get(f"/v1/queue?{urlencode(asked)}"))
        after = told["next"]
        if after is None:
            return
        yield after


def _reason(draw: random.Random) -> str:
    return str(BY_NUMBER[draw.choice(draw.choice(causes()).reasons)][1])


def _days(draw: random.Random, scale: Scale) -> dict[str, str]:
    first = FIRST_DAY + timedelta(days=draw.randrange(scale.days))
    last: date = min(scale.last_day, first + timedelta(days=draw.choice((0, 6, 27, 45))))
    return {"from": str(first), "to": str(last)}


def _searched(draw: random.Random, scale: Scale) -> str:
    return draw.choice(
        (
            f"{FIRST_TRAINEE + draw.randint(1, scale.trainees):016d}",
            f"{FIRST_INSTRUCTOR + draw.randint(1, scale.cars):016d}",
            str(FIRST_TRAINEE + draw.randint(1, scale.trainees))[-7:],
            f"沪A{draw.randint(1, scale.cars):05d}",
            _name(draw),
            f'"驾校 {draw.randint(1, scale.schools)}"',
            f"驾校 {draw.randint(1, scale.schools)}",
            f"{_name(draw)} {_name(draw)}",
            f"{_name(draw)} 沪A{draw.randint(1, scale.cars) // 100:03d}",
            f'"驾校 {draw.randint(1, scale.schools)}" {_name(draw)}',
            f"{_name(draw)} 人脸",
            draw.choice(_SURNAMES),
        )
    )


def _name(draw: random.Random) -> str:
    return draw.choice(_SURNAMES) + draw.choice("伟芳娜敏静丽强磊军洋")


def _ground(draw: random.Random, scale: Scale) -> str:
    return ground_name(scale.ground_of(FIRST_SCHOOL + draw.randint(1, scale.schools)))


def _key(draw: random.Random, scale: Scale, dimension: str) -> str:
    if dimension == "ground":
        return _ground(draw, scale)
    if dimension == "operator":
        return f"A{draw.randint(1, 8):04d}"
    first = {"school": FIRST_SCHOOL, "instructor": FIRST_INSTRUCTOR, "car": FIRST_CAR}.get(
        dimension, FIRST_TERMINAL
    )
    return f"{first + draw.randint(1, scale.schools if dimension == 'school' else scale.cars):016d}"
