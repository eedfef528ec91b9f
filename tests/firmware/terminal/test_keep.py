"""What is kept outlives cuts: whatever a write was cut at, the old value or the new one is read."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from firmware.terminal.keep import Keep


def test_what_is_put_is_got(tmp_path: Path) -> None:
    keep = Keep(str(tmp_path / "keep"))
    assert keep.get("ban") is None
    keep.put("ban", b"\x01")
    keep.put("ban", b"")
    assert Keep(str(tmp_path / "keep")).get("ban") == b""
    keep.drop("ban")
    keep.drop("ban")
    assert keep.get("ban") is None


@given(st.binary(max_size=80), st.binary(max_size=80), st.data())
def test_a_cut_leaves_the_old_value(
    tmp_path_factory: object, old: bytes, new: bytes, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("keep")  # type: ignore[attr-defined]
    keep = Keep(str(folder))
    keep.put("value", new)
    whole = (folder / "value.keep").read_bytes()
    keep.put("value", old)
    (folder / "value.keep.new").write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    assert Keep(str(folder)).get("value") == old


@given(st.binary(min_size=1, max_size=80), st.data())
def test_a_damaged_value_is_none(tmp_path_factory: object, value: bytes, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("keep")  # type: ignore[attr-defined]
    Keep(str(folder)).put("value", value)
    raw = bytearray((folder / "value.keep").read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "value.keep").write_bytes(raw)
    assert Keep(str(folder)).get("value") is None
