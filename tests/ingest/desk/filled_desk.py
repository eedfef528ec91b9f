"""A desk on a small town where people have decided, appealed, ordered and drawn; what can be asked of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework import audit
from ingest.casework.drawing import draw
from ingest.casework.up_to_date import bring_up_to_date
from ingest.store.connection import Connection
from tests.browser import town as towns
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, moment
from tests.ingest.casework.seats import CHEAP
from tests.ingest.desk.asking import as_role

DAY = date(2026, 5, 12)
CLOSING = moment("2026-05-12 22:00")
DUE = CLOSING + timedelta(hours=2)
SEED = "5e" * 32
Values = dict[str, Any]


@dataclass(frozen=True)
class Filled:
    """The application and real values for its addresses: one mapping a set of values that go together."""

    app: FastAPI
    school: int
    sessions: list[Values]
    photos: list[Values]
    trainees: list[str]
    accounts: list[str]
    keys: list[Values]
    written: list[Values] = field(default_factory=list)

    def addresses(self, path: str) -> list[Values]:
        """Every real set of values for the names in a path, one empty set for a path without any."""
        if "{digest}" in path:
            return self.photos
        if path.endswith("{dimension}/one"):
            return self.keys
        known: dict[str, list[Any]] = {
            "trainee": self.trainees,
            "day": [DAY.isoformat()],
            "name": self.accounts,
            "file": ["list", "drawn"],
            "kind": ["jws", "pdf"] if "eligibility" in path else ["csv", "xlsx", "json"],
            "dimension": ["school", "ground", "instructor", "car", "terminal", "operator"],
            **{
                name: [one[name] for one in self.written if name in one]
                for name in ("appeal", "proposal", "number")
            },
        }
        names = [name for name in known if f"{{{name}}}" in path]
        rows = self.sessions if "{session}" in path else [{}]
        sets = itertools.product(rows, *(known[name] for name in names))
        return [{**row, **dict(zip(names, values, strict=True))} for row, *values in sets]


def fill(app: FastAPI, client: TestClient, conn: Connection, url: str) -> Filled:
    """Fill the database behind the application, and let everybody act once."""
    app.state.passwords = CHEAP
    town = towns.fill(url)
    _draw(conn)
    bring_up_to_date(conn)
    rows = conn.execute(
        "SELECT terminal, session, school FROM queue_entry ORDER BY score DESC, 1, 2"
    ).fetchall()
    own = [f"{terminal:016d}/{session}" for terminal, session, school in rows if school == town.first_school]
    written = _act(client, town.first_school, own)
    sessions = [{"terminal": f"{terminal:016d}", "session": session} for terminal, session, _ in rows]
    photos = [
        {"digest": digest.hex(), "terminal": f"{terminal:016d}"}
        for terminal, digest in conn.execute("SELECT DISTINCT terminal, digest FROM photo").fetchall()
    ]
    trainees = [f"{one:016d}" for (one,) in conn.execute("SELECT DISTINCT number FROM trainee").fetchall()]
    accounts = [name for (name,) in conn.execute("SELECT name FROM account ORDER BY 1").fetchall()]
    keys = [
        {"dimension": dimension, "key": row["key"]}
        for dimension in ("school", "ground", "instructor", "car", "terminal", "operator")
        for row in _asked(client, "GET", f"/v1/statistics/{dimension}", "auditor")["items"][:2]
    ]
    return Filled(app, town.first_school, sessions, photos, trainees, accounts, keys, written)


def _draw(conn: Connection) -> None:
    draw.commit(conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
    for name in ("li", "wang"):
        draw.enter_seed(conn, add_account(conn, name), DUE, DAY, SEED)
    draw.run(conn, audit.SYSTEM, DAY)


def _act(client: TestClient, school: int, sessions: list[str]) -> list[Values]:
    """One of everything that leaves something to be told."""
    lasting, final, appealed, ruled = (f"/v1/sessions/{key}" for key in sessions[:4])
    refused = {"kind": "refuse", "chosen": "all", "cause": "not_driving"}
    _asked(client, "POST", f"{lasting}/decisions", "inspector", refused)
    _asked(client, "POST", f"{lasting}/undo", "inspector")
    _asked(client, "POST", f"{ruled}/decisions", "inspector", refused)
    _asked(client, "POST", f"{final}/decisions", "supervisor", {**refused, "words": "gate"})
    said = {"cause": "mistaken", "words": "once more"}
    proposal = _asked(client, "POST", f"{final}/reversal", "supervisor", said)
    appeal = _asked(
        client,
        "POST",
        f"{appealed}/appeals",
        f"school:{school}",
        {"words": "当时车辆在训练场内，请复核这些分钟。"},
    )
    _asked(
        client,
        "POST",
        f"/v1/appeals/{appeal['appeal']}/thread",
        "inspector",
        {"words": "Which minutes do you mean?"},
    )
    _asked(client, "POST", f"{lasting}/lease", "inspector")
    order = {"terminal": sessions[0].partition("/")[0], "kind": "face_check"}
    _asked(client, "POST", "/v1/orders", "inspector", order)
    wanted = {"label": "a program", "scopes": ["read"]}
    token = _asked(client, "POST", "/v1/tokens", "supervisor", wanted)
    return [appeal, proposal, token]


def _asked(client: TestClient, method: str, path: str, role: str, body: Any = None) -> Any:
    name, _, school = role.partition(":")
    headers = as_role(name, int(school) if school else None)
    answer = client.request(method, path, json=body, headers=headers)
    assert answer.status_code < 300, (method, path, answer.text)
    return answer.json()
