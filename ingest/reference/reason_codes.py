"""docs/reference/reason-codes.md: every reason with its number, effect and sentence in both languages."""

from firmware.wire.reasons import REASONS

_INTRO = """# Reason codes 原因代码

Generated from `firmware/wire/reasons.py` by `make docs`; do not edit. Numbers never change their meaning.

Effects: **quarantine** keeps a payload aside, nothing of it is evidence; **minute** refuses the minute;
**unsure** leaves the minute to a human and never refuses it. A minute carries
every reason that applies, not only the first.

| number | name | effect | English | 中文 |
|---|---|---|---|---|
"""


def render() -> str:
    """The whole page as Markdown."""
    rows = (
        f"| {number} | `{name}` | {effect} | {english} | {chinese} |\n"
        for number, name, effect, english, chinese in REASONS
    )
    return _INTRO + "".join(rows)
