"""The ESP32-S3 board offers the app whatever the unix board offers; read from the sources."""

import ast
from pathlib import Path

BOARDS = Path(__file__).resolve().parents[3] / "firmware" / "boards"
# What a desk needs and a car has no use for, or has as a pin.
ONLY_ON_A_DESK = {"journal_bytes", "screen", "cable"}


def tree(name: str) -> ast.Module:
    return ast.parse((BOARDS / name).read_text(encoding="utf-8"))


def board(name: str) -> ast.ClassDef:
    return next(node for node in tree(name).body if isinstance(node, ast.ClassDef) and node.name == "Board")


def methods(name: str) -> dict[str, list[str]]:
    """Public methods and the names of their arguments."""
    return {
        node.name: [argument.arg for argument in node.args.args]
        for node in board(name).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def attributes(name: str) -> set[str]:
    """Public attributes, of the class and of what __init__ makes."""
    found: set[str] = set()
    for node in ast.walk(board(name)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                found.add(target.attr)
    for node in board(name).body:
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("_")}


def defaults(name: str) -> set[str]:
    for node in tree(name).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DEFAULTS":
            return set(ast.literal_eval(node.value))
    raise AssertionError(f"{name} has no DEFAULTS")


def test_methods_and_attributes() -> None:
    car, desk = methods("esp32s3.py"), methods("unix.py")
    assert len(desk) > 10
    assert {name: car.get(name) for name in desk} == desk
    assert attributes("unix.py") - attributes("esp32s3.py") == set()


def test_defaults() -> None:
    assert len(defaults("unix_settings.py")) > 10
    assert defaults("unix_settings.py") - defaults("esp32s3_pins.py") - ONLY_ON_A_DESK == set()


def test_the_modules_offer_the_same_names() -> None:
    text = (BOARDS / "esp32s3.py").read_text(encoding="utf-8")
    for name in ("def load_settings(path)", "HeapWatch", "class Board"):
        assert name in text and name in (BOARDS / "unix.py").read_text(encoding="utf-8")
