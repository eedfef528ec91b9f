"""A school that names its people and writes its appeals so that an inspector's browser would run them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from ingest.desk.kernel import texts
from ingest.pack.archive import unpacked
from ingest.pack.verify import verify
from ingest.store import photos
from ingest.store.connection import Connection
from tests.ingest.casework.sessions import LATER, OUTSIDE, SCHOOL
from tests.ingest.desk.security.conftest import Seat

Seats = Callable[[str], Seat]
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"><svg/onload=alert(3)>"
FORMULA = '=HYPERLINK("https://evil.example","x")'
HERE = f"/sessions/{OUTSIDE[0]:016d}/{OUTSIDE[1]}"
STATIC = Path(texts.__file__).parent.parent / "static"


class Seen(HTMLParser):
    """What a browser makes of a page: elements, inline scripts, handlers, styles and addresses."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.blocks: list[str] = []
        self._script: dict[str, str | None] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self._script = held if tag == "script" else None
        for name, value in attrs:
            is_address = name in ("href", "src", "action", "formaction", "data", "xlink:href")
            where = (value or "").strip().lower()
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.bad.append(f"{tag} {name}")
            if is_address and not where.startswith(("/", "?", "#", "data:image/svg+xml;base64,")) and where:
                self.bad.append(f"{tag} {name}={where}")
            if is_address and where.startswith("//"):
                self.bad.append(f"{tag} {name}={where}")
        if tag in ("iframe", "object", "embed", "base"):
            self.bad.append(tag)

    def handle_data(self, data: str) -> None:
        if self._script is None:
            return
        if self._script.get("type") == "application/json":
            self.blocks.append(data)
        elif data.strip() and "src" not in self._script:
            self.bad.append(f"script {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self._script = None


@pytest.fixture(scope="module")
def marked(seat: Seats, conn: Connection) -> Seats:
    """Names in the registry, an appeal, a decision's words, a token and an account's failed log-in."""
    for number, kind in ((f"{SCHOOL}", 1), ("0", 2)):
        conn.execute("UPDATE queue_name SET name = %s WHERE kind = %s AND %s <> ''", (EVIL, kind, number))
    conn.execute("UPDATE queue_name SET name = %s WHERE kind = 4", (FORMULA,))
    for table, column in (("school", "name"), ("instructor", "name"), ("car", "plate"), ("trainee", "name")):
        found = conn.execute(
            "SELECT 1 FROM information_schema.columns WHERE (table_name, column_name) = (%s, %s)",
            (table, column),
        ).fetchone()
        assert found, (table, column)
        value = FORMULA if table in ("instructor", "car") else EVIL
        conn.execute(f"UPDATE {table} SET {column} = %s".encode(), (value,))
    conn.execute("UPDATE queue_entry SET ground = %s", (EVIL,))
    assert seat("own").send(f"/v1{HERE}/appeals", {"words": EVIL}).status_code == 200
    asked = {"kind": "refuse", "chosen": "all", "cause": "other", "words": EVIL[:80]}
    done = seat("ines").send(f"/v1{HERE}/decisions", asked)
    assert done.status_code == 200, done.text
    for name in ("ines", "sara"):
        assert seat(name).send("/v1/tokens", {"label": EVIL[:80], "scopes": ["read"]}).status_code == 201
    seat("own").http.post("/log-in", data={"name": EVIL, "password": "x"}, headers={"sec-fetch-site": "none"})
    return seat


PAGES = (
    "/?listed=true",
    f"/?search={quote(EVIL)}&ground={quote(EVIL)}",
    HERE,
    "/live",
    "/numbers",
    *(
        f"/numbers?dimension={one}"
        for one in ("school", "ground", "instructor", "car", "terminal", "operator")
    ),
    f"/numbers?key={quote(EVIL)}&order={quote(EVIL)}",
    "/numbers/anomalies?dimension=school",
    "/numbers/conservation",
    "/numbers/warnings?dimension=car",
    "/audits",
    "/account",
    "/accounts",
    "/audit-log",
    f"/audit-log?account={quote(EVIL[:40])}&action={quote(EVIL)}&subject={quote(EVIL)}",
    f"/nothing/{quote(EVIL, safe='')}",
    f"/log-in?next={quote('/' + EVIL)}",
    f"/?after={quote(EVIL)}",
)


SHOWN = ("/?listed=true", HERE, "/numbers?dimension=ground", "/account", "/audit-log")
"""Pages on which it stands, as text."""


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_a_page_runs(marked: Seats, path: str) -> None:
    for name in ("sara", "own"):
        page = marked(name).get(path)
        if page.status_code == 303:
            assert path.startswith("/log-in")
            continue
        seen = Seen(page.text)
        assert not seen.bad, (path, seen.bad)
        assert (
            "<script>alert" not in page.text
            and "<img src=x" not in page.text
            and "<svg/onload" not in page.text
        )
        for block in seen.blocks:
            assert "<" not in block
            json.loads(block)
        if name == "sara" and path in SHOWN:
            assert "alert(1)" in page.text


def test_the_page_of_log_in_keeps_what_was_typed_as_text(url: str) -> None:
    who = Seat(url, EVIL)
    answer = who.log_in("x")
    assert answer.status_code == 401 and not Seen(answer.text).bad


def test_the_session_holds_it_as_data(marked: Seats) -> None:
    told = marked("ines").get(f"/v1{HERE}").json()
    assert EVIL in json.dumps(told, ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("dimension", ["school", "ground", "instructor", "car", "terminal", "operator"])
def test_no_cell_of_an_export_is_a_formula(marked: Seats, dimension: str) -> None:
    sara = marked("sara")
    text = sara.get(f"/v1/exports/statistics/{dimension}.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    if dimension in ("instructor", "car"):
        assert "'" + FORMULA in cells
    assert cells and not [one for one in cells if re.match(r"[=@\t\r\n]|[+-][^\d]", one)]
    book = load_workbook(io.BytesIO(sara.get(f"/v1/exports/statistics/{dimension}.xlsx").content))
    held = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert held and not [cell for cell in held if cell.data_type == "f" or cell.hyperlink]
    for kind in ("csv", "xlsx", "json"):
        answer = sara.get(f"/v1/exports/statistics/{dimension}.{kind}")
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xff\xd8\xff<script>alert(1)</script>",
    ],
)
def test_a_photo_is_never_a_page(seat: Seats, conn: Connection, data: bytes) -> None:
    digest = hashlib.sha256(data).digest()
    with conn.transaction():
        photos.name(conn, [photos.Named(8, 700 + len(data), digest, LATER * 60_000_000)])
        photos.take(conn, 8, digest, len(data), 0, data)
    answer = seat("ines").get(f"/v1/photos/{digest.hex()}?terminal={8:016d}")
    if not data.startswith(b"\xff\xd8"):
        # What does not even begin as a JPEG was never taken.
        assert answer.status_code == 404
        return
    assert answer.content == data
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_no_script_of_ours_makes_markup_of_text() -> None:
    """innerHTML is read at one place, which escapes; nothing writes it, and nothing runs text."""
    ours = [file for file in STATIC.rglob("*.js")]
    assert len(ours) > 5
    for file in ours:
        code = "\n".join(line.split("//")[0] for line in file.read_text(encoding="utf-8").splitlines())
        wrong = re.findall(
            r"(?:inner|outer)HTML\s*[+]?=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|"
            r"setTimeout\(\s*[\"'`]|createContextualFragment|DOMParser|srcdoc|javascript:",
            code,
        )
        assert not wrong, (file.name, wrong)


def test_a_pack_of_it_holds_and_its_report_is_text(marked: Seats) -> None:
    """Neither a name nor an appeal is markup to what writes the report; the pack verifies."""
    answer = marked("sara").get(f"/v1{HERE}/pack")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-{OUTSIDE[0]:016d}-4.zip"'
    assert [line for line in verify(answer.content) if line.proven]
    report = unpacked(answer.content)["report.pdf"]
    assert not re.search(rb"/(JavaScript|JS|URI|Launch|EmbeddedFile|OpenAction)\b", report)
