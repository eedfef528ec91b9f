"""Whatever is changed in a pack is found, and the sentence names it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from ingest.pack import archive, seal
from ingest.pack.canonical import written
from ingest.pack.documents import of_files
from ingest.pack.faults import PackError
from ingest.pack.make import software
from ingest.pack.paper import render
from ingest.pack.unproven import newest_entry, unproven, unsigned
from ingest.pack.verify import Expected, verify
from tests.ingest.pack import mutations_facts, mutations_forms, mutations_records, mutations_verdicts
from tests.ingest.pack.conftest import Made
from tests.ingest.pack.mutations import MUTATIONS, Files

_TAKEN = (mutations_facts, mutations_forms, mutations_records, mutations_verdicts)
_SEALS = (seal.MANIFEST, seal.SIGNATURE, seal.SIGNER)


@pytest.fixture(scope="module")
def forger(tmp_path_factory: pytest.TempPathFactory) -> OKPKey:
    return seal.pack_key(tmp_path_factory.mktemp("forger") / "key.jwk")


def fault(data: bytes, expected: Expected | None = None) -> str:
    """The English sentence that a pack is refused with; empty for a valid one."""
    try:
        list(verify(data, expected or Expected()))
    except PackError as found:
        assert found.english.endswith(".") and found.chinese.endswith("。")
        return found.english
    return ""


def made_anew(files: Files, key: OKPKey, with_report: bool) -> bytes:
    """The pack of these files, manifest and signature made anew by somebody with another key, and the report
    where everything before it would pass."""
    files = {name: data for name, data in files.items() if name not in _SEALS}
    if with_report:
        files["report.pdf"] = render(of_files(files), seal.fingerprint(key))
    return archive.packed(seal.sealed(files, software(), key))


def signer_of(pack: bytes) -> str:
    return seal.fingerprint(OKPKey.import_key(_json(archive.unpacked(pack)[seal.SIGNER])))


def _json(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    return found


def test_there_are_enough_of_them() -> None:
    assert len(_TAKEN) == 4 and len(MUTATIONS) >= 75


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_byte_can_change(made: Made, data: st.DataObject) -> None:
    """Whatever byte is another one, or is cut off: the pack is refused."""
    whole = bytearray(made.pack)
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        whole[at] ^= data.draw(st.integers(1, 255))
    else:
        del whole[at:]
    assert fault(bytes(whole))


@pytest.mark.parametrize("name", MUTATIONS)
def test_it_is_caught(made: Made, forger: OKPKey, name: str) -> None:
    """As it is; with the manifest made again; with everything made again by another key."""
    change, expected = MUTATIONS[name]
    files = archive.unpacked(made.pack)
    change(files)
    assert re.search("was changed|does not name it", fault(archive.packed(files)))
    listed = {n: d for n, d in files.items() if n not in (seal.MANIFEST, seal.SIGNATURE)}
    again = {**files, seal.MANIFEST: written({**_json(files[seal.MANIFEST]), "files": seal._listed(listed)})}
    assert "over another manifest" in fault(archive.packed(again))
    anew = made_anew(files, forger, expected is None)
    assert "signed by the pack key" in fault(anew, Expected(signer=signer_of(made.pack)))
    found = fault(anew)
    assert re.search(expected, found) if expected else found == "", found


def test_a_report_that_says_something_else(made: Made, forger: OKPKey) -> None:
    files = {n: d for n, d in archive.unpacked(made.pack).items() if n not in _SEALS}
    report = render(of_files(files), seal.fingerprint(forger))
    files["report.pdf"] = report.replace(b"2026-05-12", b"2026-05-13", 1)
    assert files["report.pdf"] != report
    assert "report.pdf is not the report" in fault(archive.packed(seal.sealed(files, software(), forger)))


def test_another_public_key_or_signer_than_expected(made: Made) -> None:
    assert "expected public key" in fault(made.pack, Expected(public_key="ab" * 32))
    assert fault(made.pack, Expected(signer=signer_of(made.pack))) == ""


def test_the_pack_key_is_kept_by_its_owner_only(made: Made) -> None:
    file = Path(made.folder) / "pack-key.jwk"
    assert file.stat().st_mode & 0o777 == 0o600
    assert _json(file.read_bytes())["d"].encode() not in made.pack


ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SPELLINGS = {
    "spare bits of the last letter": lambda text: (
        text[:-1] + bytes([ALPHABET[ALPHABET.index(text[-1:]) ^ 1]])
    ),
    "padding": lambda text: text + b"==",
    "line feed": lambda text: text + b"\n",
    "sign that is overlooked": lambda text: text[:-5] + b"!" + text[-5:],
    "one more part": lambda text: text + b".",
    "no algorithm": lambda text: b"eyJhbGciOiJub25lIn0." + text.split(b".")[1] + b".",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_signature_has_one_spelling(made: Made, name: str) -> None:
    files = archive.unpacked(made.pack)
    files[seal.SIGNATURE] = SPELLINGS[name](files[seal.SIGNATURE])
    found = fault(archive.packed(files), Expected(signer=signer_of(made.pack)))
    assert found.startswith("The server's signature over the manifest is wrong")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "hourfence-evidence-pack-0"),
        ("files", []),
        ("software", {"hourfence": "1\x1b[2J"}),
        ("software", {"a": 1}),
        ("note", ""),
    ],
)
def test_a_manifest_of_another_form(made: Made, name: str, value: object) -> None:
    files = archive.unpacked(made.pack)
    files[seal.MANIFEST] = written({**_json(files[seal.MANIFEST]), name: value})
    found = fault(archive.packed(files))
    assert found.startswith("manifest.json") or (name == "files" and "does not name it" in found)


def test_a_report_of_other_software_is_not_called_proven(made: Made, forger: OKPKey) -> None:
    """The same bytes are; other bytes are the server's word."""
    files = {n: d for n, d in archive.unpacked(made.pack).items() if n not in _SEALS}
    files["report.pdf"] = render(of_files(files), seal.fingerprint(forger))
    for report, proven in ((files["report.pdf"], True), (b"%PDF-1.4 another", False)):
        told = {**software(), "reportlab": "1.0"}
        data = archive.packed(seal.sealed({**files, "report.pdf": report}, told, forger))
        lines = list(verify(data))
        assert proven == any(line.proven and "report.pdf follows" in line.english for line in lines)
        assert proven != any(not line.proven and "that report.pdf says" in line.english for line in lines)


def test_what_the_pack_cannot_prove_names_the_newest_entry_and_unsigned_records(made: Made) -> None:
    documents = of_files(archive.unpacked(made.pack))
    newest = newest_entry(documents)
    assert newest == max(entry["at"] for entry in documents.decisions["appeals"][0]["entries"])
    assert any(newest[:10] in english for english, _ in unproven(documents))
    seq, through, key = documents.session["head"]
    last = documents.session["last"]
    assert unsigned(documents) == [one for one in range(through + 1, last + 1) if one != seq]
    broken = {**documents.session, "breaks": [4]}
    assert unsigned(replace(documents, session=broken))[:3] == [1, 2, 3]
    assert unsigned(replace(documents, session={**broken, "head": None})) == []
