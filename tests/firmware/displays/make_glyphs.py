"""Writes firmware/displays/glyphs_*.py: the ASCII glyphs, and those of the characters that the screens use.

python tests/firmware/displays/make_glyphs.py /path/unifont.hex   (Debian's package unifont has the file)
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from firmware.terminal.screen.texts import TEXTS  # noqa: E402

PER_LINE = 25
LICENCE = """Glyphs of GNU Unifont 15.0.01, copyright 1998-2022 R. Czyborra, P. Hardy, Q. Fang and others.
Licence of this file: SIL Open Font License 1.1 (firmware/displays/OFL-1.1.txt), not the project's own.
Made by tests/firmware/displays/make_glyphs.py; do not edit."""


def characters() -> str:
    """Every character beyond ASCII that a small display may be asked for, in order."""
    shown: set[str] = set()
    for line in TEXTS.strip().splitlines():
        for text in line.split("|")[1:]:
            shown |= {sign for sign in text if ord(sign) > 126}
    return "".join(sorted(shown))


def literal(name: str, data: bytes) -> str:
    """A bytes object as Python source."""
    lines = [data[at : at + PER_LINE] for at in range(0, len(data), PER_LINE)]
    body = "\n".join('    b"' + "".join(f"\\x{byte:02x}" for byte in line) + '"' for line in lines)
    return f"{name} = (\n{body}\n)\n"


def sources(font: dict[str, bytes]) -> dict[str, str]:
    """The two modules' text by file name."""
    ascii_glyphs = b"".join(font[chr(code)] for code in range(32, 127))
    han = characters()
    return {
        "glyphs_ascii.py": head("ASCII 32..126, 8 by 16 dots, 16 bytes each, a byte a row.")
        + literal("ASCII", ascii_glyphs),
        "glyphs_han.py": head("SHAPES: 16 by 16 dots for each character of HAN, 32 bytes each.")
        + text_literal("HAN", han)
        + literal("SHAPES", b"".join(font[sign] for sign in han)),
    }


def head(what: str) -> str:
    """The module's docstring."""
    return f'"""{what}\n\n{LICENCE}\n"""\n\n'


def text_literal(name: str, text: str) -> str:
    """A string as Python source."""
    lines = [text[at : at + 40] for at in range(0, len(text), 40)]
    return f"{name} = (\n" + "".join(f'    "{line}"\n' for line in lines) + ")\n"


def read_font(path: Path) -> dict[str, bytes]:
    """Unifont's own format: a line is code:glyph, both hexadecimal."""
    rows = (line.split(":") for line in path.read_text(encoding="ascii").split())
    return {chr(int(code, 16)): bytes.fromhex(glyph) for code, glyph in rows}


if __name__ == "__main__":
    for name, text in sources(read_font(Path(sys.argv[1]))).items():
        (ROOT / "firmware/displays" / name).write_text(text, encoding="utf-8")
        print(name, len(text))
