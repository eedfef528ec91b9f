"""One walk through every write of the API, each answered; the client holds every answer to the API's page."""

from __future__ import annotations

import re
from typing import Any

import pyotp
from fastapi.testclient import TestClient

from ingest.store.connection import Connection
from tests.ingest.desk.asking import as_role
from tests.ingest.desk.filled_desk import Filled

NOT_HERE = {
    "POST /v1/account/confirm": "needs a browser's own session: test_confirming",
    "POST /v1/audits/{day}/seed": "a day's seed comes out hours after its list is closed",
    "POST /v1/audits/{day}/draw": "as the seed",
    "POST /v1/audits/repeats/{terminal}/{session}/settle": "needs two answers that differ: test_audits",
}
"""Writes that a walk of some seconds cannot do, and why."""
APPEAL = "当时车辆在训练场内，请复核这些分钟。"
REFUSE = {"kind": "refuse", "chosen": "all", "cause": "not_driving"}


class Walk:
    """What was asked so far, as 'METHOD /path' with the names of the page."""

    def __init__(self, client: TestClient, filled: Filled, conn: Connection, paths: list[str]) -> None:
        self.done: set[str] = set()
        self._client, self._filled, self._conn = client, filled, conn
        self._patterns = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]

    def ask(self, method: str, path: str, role: str, body: Any = None) -> Any:
        """The JSON of an answer that must be good."""
        headers = as_role(role, self._filled.school if role == "school" else None)
        answer = self._client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, (method, path, answer.text)
        exact = [known for pattern, known in self._patterns if pattern.fullmatch(path)]
        self.done.add(f"{method} {min(exact, key=lambda known: known.count('{'))}")
        return answer.json() if answer.content else None

    def all_of_it(self) -> None:
        """Every write once."""
        rows = self._conn.execute(
            "SELECT terminal, session FROM queue_entry WHERE school = %s AND refused > 0 AND state = 0"
            " ORDER BY score, 1, 2",
            (self._filled.school,),
        ).fetchall()
        first, final, appealed, *others = (f"{terminal:016d}/{session}" for terminal, session in rows)
        self._decide(f"/v1/sessions/{first}")
        self._bulk(others[:2])
        self._reverse(f"/v1/sessions/{final}")
        self._appeal(f"/v1/sessions/{appealed}")
        self._keep_filter()
        self._accounts()
        self._own_account()
        self.ask("POST", "/v1/orders", "inspector", {"terminal": first[:16], "kind": "status"})
        self.ask("POST", f"/v1/trainees/{self._filled.trainees[0]}/link", "supervisor", {})
        self.ask("POST", "/v1/audits/2026-05-13/commit", "supervisor", {})

    def _decide(self, session: str) -> None:
        taken = self.ask("POST", "/v1/queue/next", "inspector", {})["session"]
        self.ask("DELETE", f"/v1/sessions/{taken['terminal']}/{taken['session']}/lease", "inspector")
        seen = self.ask("POST", f"{session}/lease", "inspector")["seen"]
        seen = self.ask("POST", f"{session}/decisions", "inspector", {**REFUSE, "seen": seen})["seen"]
        self.ask("POST", f"{session}/repeat", "inspector", {"seen": seen})
        self.ask("POST", f"{session}/undo", "inspector", {"cause": "mistaken"})
        self.ask("POST", "/v1/decisions/undo", "inspector")
        self.ask("POST", f"{session}/notes", "inspector", {"words": "门口的录像已调取。"})

    def _bulk(self, sessions: list[str]) -> None:
        named = [{"terminal": one[:16], "session": int(one[17:])} for one in sessions]
        asked = {"kind": "accept", "cause": "evidence_agrees", "sessions": named}
        digest = self.ask("POST", "/v1/bulk/preview", "inspector", asked)["digest"]
        done = self.ask("POST", "/v1/bulk/decide", "inspector", {**asked, "digest": digest})
        assert done["decided"] == 2
        self.ask("POST", f"/v1/bulk/{done['bulk']}/undo", "inspector")

    def _reverse(self, session: str) -> None:
        people = self._filled.app.state.accounts
        # Not made through the API: who has made another's account may not confirm with it.
        (second,) = self._conn.execute(
            "INSERT INTO account (name, role) VALUES ('second-supervisor', 'supervisor') RETURNING id"
        ).fetchall()[0]
        self.ask("POST", f"{session}/decisions", "supervisor", REFUSE)
        for outcome in ("refuse", "confirm"):
            said = {"cause": "mistaken", "words": "once more"}
            proposal = self.ask("POST", f"{session}/reversal", "supervisor", said)["proposal"]
            first, people["supervisor"] = people["supervisor"], second
            self.ask("POST", f"/v1/reversals/{proposal}/{outcome}", "supervisor")
            people["supervisor"] = first

    def _appeal(self, session: str) -> None:
        appeal = self.ask("POST", f"{session}/appeals", "school", {"words": APPEAL})["appeal"]
        self.ask("POST", f"/v1/appeals/{appeal}/thread", "inspector", {"words": "Which minutes?"})
        self.ask("DELETE", f"/v1/appeals/{appeal}", "school")

    def _keep_filter(self) -> None:
        kept = self.ask("POST", "/v1/queue/filters", "inspector", {"name": "mine", "filters": {"mine": True}})
        self.ask("PATCH", f"/v1/queue/filters/{kept['id']}", "inspector", {"name": "what I hold"})
        self.ask("DELETE", f"/v1/queue/filters/{kept['id']}", "inspector")

    def _accounts(self) -> None:
        self.ask("POST", "/v1/accounts", "supervisor", {"name": "walker", "role": "inspector"})
        role = {"role": "school", "school": f"{self._filled.school:016d}"}
        self.ask("PUT", "/v1/accounts/walker/role", "supervisor", role)
        for act in ("disable", "enable", "second-factor/reset"):
            self.ask("POST", f"/v1/accounts/walker/{act}", "supervisor")
        self.ask("POST", "/v1/accounts/walker/password", "supervisor", {})

    def _own_account(self) -> None:
        present, new = "Apfel-und-Birne-5", "Kirsche-und-Quitte-6"
        self.ask("POST", "/v1/accounts/test-auditor/password", "supervisor", {"password": present})
        self.ask("POST", "/v1/account/password", "auditor", {"present": present, "new": new})
        # The header that says who asks here begins no session.
        ((number,),) = self._conn.execute(
            "INSERT INTO browser_session (digest, account, is_whole) VALUES (%s, %s, true) RETURNING number",
            (bytes(32), self._filled.app.state.accounts["auditor"]),
        ).fetchall()
        self.ask("DELETE", f"/v1/account/browsers/{number}", "auditor")
        self.ask("PUT", "/v1/account/language", "auditor", {"language": "en"})
        secret = self.ask("POST", "/v1/account/second-factor", "auditor")["secret"]
        code = pyotp.TOTP(secret).now()
        self.ask("POST", "/v1/account/second-factor/proof", "auditor", {"code": code})
        made = self.ask("POST", "/v1/tokens", "auditor", {"label": "a program", "scopes": ["read"]})
        self.ask("DELETE", f"/v1/tokens/{made['number']}", "auditor")
