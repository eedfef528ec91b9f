"""Images and manifests: built, signed, checked by the cryptography library and by the terminal's own code."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.terminal.signing import ed25519
from firmware.terminal.update import manifest
from ingest.updates.image import (
    Journal,
    build_image,
    check,
    collect,
    parse_version,
    sign_manifest,
    unpack,
    version_text,
)
from ingest.updates.release_key import UpdateError, load_release_key, make_release_key, public_hex

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_hex(SECRET)
FILES = {
    "firmware/main.mpy": b"main",
    "firmware/terminal/app.mpy": b"app" * 500,
    "firmware/__init__.mpy": b"",
}
names = st.from_regex(r"[a-z][a-z0-9_]{0,9}(/[a-z][a-z0-9_]{0,9})?\.(mpy|py)", fullmatch=True)
trees = st.dictionaries(names.map("firmware/".__add__), st.binary(max_size=200), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300))
def test_the_terminal_and_the_library_make_the_same_signature(seed: bytes, message: bytes) -> None:
    library = Ed25519PrivateKey.from_private_bytes(seed)
    assert ed25519.public_key(seed) == library.public_key().public_bytes_raw()
    assert ed25519.sign(seed, message) == library.sign(message)


@settings(max_examples=40, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=100), data=st.data())
def test_the_terminal_and_the_library_refuse_the_same(
    seed: bytes, message: bytes, data: st.DataObject
) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    whole = bytearray(secret.public_key().public_bytes_raw() + secret.sign(message) + message)
    assert ed25519.verify(whole[:32], message, whole[32:96])
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    public, signature, changed = bytes(whole[:32]), bytes(whole[32:96]), bytes(whole[96:])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, changed)
        accepted = True
    except (InvalidSignature, ValueError):
        accepted = False
    assert ed25519.verify(public, changed, signature) == accepted


@given(tree=trees)
def test_what_goes_in_comes_out(tree: dict[str, bytes]) -> None:
    image = build_image(tree)
    assert unpack(image) == tree
    assert build_image(dict(reversed(tree.items()))) == image


@given(tree=trees, data=st.data())
def test_a_damaged_image_is_refused(tree: dict[str, bytes], data: st.DataObject) -> None:
    image = build_image(tree)
    signed = sign_manifest(image, 5, "unix", SECRET)
    wrong = bytearray(image)
    wrong[data.draw(st.integers(0, len(image) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(UpdateError):
        check(bytes(wrong), signed, PUBLIC)
    with pytest.raises(UpdateError):
        unpack(image[: data.draw(st.integers(0, len(image) - 1))])


def test_no_bit_of_a_manifest_may_change() -> None:
    image = build_image(FILES)
    signed = sign_manifest(image, 5, "unix", SECRET, 3, 9, Journal(2, 3))
    found = check(image, signed, PUBLIC)
    numbers = (found.version, found.floor, found.replaces, found.size, found.board, found.writes, found.reads)
    assert numbers == (5, 3, 9, len(image), "unix", 2, 3)
    assert ed25519.verify(bytes.fromhex(PUBLIC), found.signed(), found.signature)
    for bit in range(8 * len(signed)):
        wrong = bytearray(signed)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(UpdateError):
            check(image, bytes(wrong), PUBLIC)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("firmware/notes.txt", "no firmware file"), ("firmware/main.py", "other form"), ("x/../y", "holds no")],
)
def test_a_folder_that_is_not_a_firmware(tmp_path: Path, path: str, sentence: str) -> None:
    if path.startswith("firmware"):
        (tmp_path / "firmware").mkdir()
        (tmp_path / "firmware/main.mpy").write_bytes(b"")
        (tmp_path / path).write_bytes(b"")
    with pytest.raises(UpdateError, match=sentence):
        collect(tmp_path)


@pytest.mark.parametrize(
    "path", ["firmware/../main.py", "main.py", "firmware//a.py", "firmware/é.py", "firmware/"]
)
def test_a_path_that_could_leave_the_slot(path: str) -> None:
    with pytest.raises(UpdateError):
        build_image({path: b""})
    with pytest.raises(manifest.ManifestError):
        manifest.check_path(path)


def test_a_way_back_names_a_newer_version() -> None:
    with pytest.raises(UpdateError, match="above"):
        sign_manifest(b"image", 5, "unix", SECRET, replaces=5)


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "1.2.1000", "-1.2.3", "0.0.0", "9999.0.0", "1.2.x"]
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(UpdateError, match=r"1\.2\.3"):
        parse_version(text)


def test_versions_read_back() -> None:
    for text in ("0.0.1", "1.2.3", "4294.967.295"):
        assert version_text(parse_version(text)) == text


def test_a_release_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "release.pem"
    public = make_release_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_hex(load_release_key(path)) == public
    with pytest.raises(UpdateError, match="exists"):
        make_release_key(path)
    with pytest.raises(UpdateError, match="no passphrase"):
        load_release_key(path, "one too many")


def test_a_locked_release_key(tmp_path: Path) -> None:
    path = tmp_path / "release.pem"
    public = make_release_key(path, "a passphrase")
    assert public_hex(load_release_key(path, "a passphrase")) == public
    with pytest.raises(UpdateError, match="passphrase"):
        load_release_key(path)
    with pytest.raises(UpdateError, match="wrong"):
        load_release_key(path, "another")
    (tmp_path / "no.pem").write_text("no key")
    with pytest.raises(UpdateError, match="no release key"):
        load_release_key(tmp_path / "no.pem")
