"""Whatever is changed in a pack is found, and the sentence names it."""

from __future__ import annotations

import json
import re
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
from ingest.pack.verify import Expected, verify
from tests.ingest.pack import mutations_facts, mutations_records, mutations_verdicts
from tests.ingest.pack.conftest import Made
from tests.ingest.pack.mutations import MUTATIONS, Files

_TAKEN = (mutations_facts, mutations_records, mutations_verdicts)
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
    assert len(_TAKEN) == 3 and len(MUTATIONS) >= 50


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
