"""Signed stage reports: what a key signed it opens, and nothing else."""

import ast
import base64
import json
import re
import textwrap
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.stage.jws import StageError, load_key, make_key, opened, sign

GUIDE = Path(__file__).parents[3] / "docs/how-to/stage-report.md"
REPORT = {"trainee": "3100000000000021", "eligible": False, "missing": [{"zh": "学时不足"}]}


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    public = make_key(tmp_path / "key.jwk")
    (tmp_path / "public.jwk").write_text(public)
    return tmp_path / "key.jwk", tmp_path / "public.jwk"


def test_the_public_half_opens_what_the_secret_half_signed(keys: tuple[Path, Path]) -> None:
    secret, public = map(load_key, keys)
    assert opened(sign(REPORT, secret), public) == REPORT
    assert "d" not in json.loads(keys[1].read_text())
    assert keys[0].stat().st_mode & 0o077 == 0
    with pytest.raises(StageError, match="no secret half"):
        sign(REPORT, public)


def test_the_lines_of_the_guide_check_it_without_a_jose_library(
    keys: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [lines] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    text = sign(REPORT, load_key(keys[0]))
    Path("report.jws").write_text(text + "\n")
    exec(textwrap.dedent(lines), {})
    assert ast.literal_eval(capsys.readouterr().out) == REPORT
    head, body, signature = text.split(".")
    changed = base64.urlsafe_b64encode(b'{"eligible":true}').decode().rstrip("=")
    Path("report.jws").write_text(f"{head}.{changed}.{signature}")
    with pytest.raises(InvalidSignature):
        exec(textwrap.dedent(lines), {})


def test_another_key_opens_nothing(keys: tuple[Path, Path], tmp_path: Path) -> None:
    make_key(tmp_path / "other.jwk")
    with pytest.raises(StageError, match="not signed by this key"):
        opened(sign(REPORT, load_key(tmp_path / "other.jwk")), load_key(keys[1]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_any_change_is_found(keys: tuple[Path, Path], data: st.DataObject) -> None:
    secret, public = map(load_key, keys)
    text = sign(REPORT, secret)
    parts = text.split(".")
    which = data.draw(st.integers(0, 2))
    raw = bytearray(base64.urlsafe_b64decode(parts[which] + "=" * (-len(parts[which]) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    parts[which] = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    with pytest.raises(StageError):
        opened(".".join(parts), public)


def test_no_signature_at_all_is_refused(keys: tuple[Path, Path]) -> None:
    header = (
        base64.urlsafe_b64encode(b'{"alg":"none","typ":"hourfence-stage-report+jws"}').decode().rstrip("=")
    )
    body = base64.urlsafe_b64encode(json.dumps(REPORT).encode()).decode().rstrip("=")
    with pytest.raises(StageError):
        opened(f"{header}.{body}.", load_key(keys[1]))


def test_a_key_is_never_overwritten_and_nonsense_is_none(keys: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(StageError, match="exists already"):
        make_key(keys[0])
    (tmp_path / "bad.jwk").write_text('{"kty": "oct", "k": "AA"}')
    for name in ("bad.jwk", "absent.jwk"):
        with pytest.raises(StageError):
            load_key(tmp_path / name)
