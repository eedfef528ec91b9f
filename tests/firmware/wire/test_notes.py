"""Every field has its note, under its own name."""

import ast
from pathlib import Path

from firmware.wire import fields, notes

WIRE = Path(fields.__file__).parent


def test_notes_follow_the_table() -> None:
    assert [note[0] for note in notes.HEADER_NOTES] == [field[0] for field in fields.HEADER]
    assert list(notes.BODY_NOTES) == list(fields.BODY)
    for kind, said in notes.BODY_NOTES.items():
        assert [note[0] for note in said] == [field[0] for field in fields.BODY[kind]]
        assert all(note[2] for note in said)


def test_fix_bits_fill_a_fix() -> None:
    assert sum(row[1] for row in notes.FIX_BITS) == 8 * fields.FIX_SIZE


def test_no_terminal_loads_the_notes() -> None:
    for path in WIRE.parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named = {f"{node.module}.{alias.name}" for node in found for alias in node.names}
        assert not any(name.startswith("firmware.wire.notes") for name in named), path


def test_the_sizes_written_down_are_those_of_the_fields() -> None:
    made = {kind: sum(fields.SIZES[row[1]] for row in fields.BODY[kind]) for kind in fields.BODY}
    assert [0, *made.values()] == list(fields.BODY_SIZES)
    assert made[fields.MINUTE] == made[fields.MINUTE_THIN] == fields.MINUTE_SIZE
    assert sum(fields.SIZES[row[1]] for row in fields.HEADER) == fields.HEADER_SIZE
