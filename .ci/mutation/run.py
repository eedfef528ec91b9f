"""Mutation testing of a sample of `ingest/judge` and `geofence`, in a copy in build/mutants.

Every mutant has the same chance: of all of them in the order of files and lines each k-th is taken, from a
start that the seed draws, so that each file has its share. Each is tried against the tests that call its
function, Hypothesis at EXAMPLES examples; what survives that, once more at all examples and freshly imported.
"""

import argparse
import importlib
import json
import os
import random
import shutil
import subprocess
import sys
from math import sqrt
from pathlib import Path

from bare import bare

ROOT = Path(__file__).resolve().parents[2]
TREE = ROOT / "build" / "mutants"
PACKAGES = ("geofence", "ingest/judge")
EXAMPLES = 15
WORKERS = os.environ.get("WORKERS", "1")
CAUGHT = ("killed", "timeout")
STATUS = {0: "survived", 5: "no tests", 33: "no tests", 1: "killed", 3: "killed"}
TIMEOUTS = (-24, 24, 36, 152, 255)


def main() -> int:
    asked = _arguments()
    _copy(asked.package)
    names = _names(asked.package)
    print(f"mutants: {len(names)} in {asked.package or ' and '.join(PACKAGES)}", flush=True)
    sample = asked.mutant or _sample(names, asked.sample, asked.seed)
    _mutmut(sample, 0 if asked.mutant else EXAMPLES, fresh=bool(asked.mutant))
    found = _results(sample)
    left = [name for name in sample if found[name] not in CAUGHT]
    if left and not asked.mutant:
        print(f"mutants: {len(left)} survived {EXAMPLES} examples; again with all", flush=True)
        _mutmut(left, 0, fresh=True)
        found = _results(sample)
    _report(found, len(names))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants ARGS=...")
    parser.add_argument("--sample", type=int, default=600, help="how many mutants (all: 0)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--package", choices=PACKAGES, help="only this one")
    parser.add_argument("--mutant", nargs="+", help="these by name, against all examples")
    return parser.parse_args()


def _copy(package: str | None) -> None:
    """The files git knows, as they are now, the mutated packages without decorators; mutmut's settings for
    one package if asked."""
    shutil.rmtree(TREE, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, TREE / name
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if _package(name):
            target.write_text(bare(source.read_text()))
    settings = (TREE / "pyproject.toml").read_text()
    for other in PACKAGES if package else ():
        if other != package:
            settings = settings.replace(f', "{other}/*"', "").replace(f'"{other}/*", ', "")
            settings = settings.replace(f', "tests/{other}"]', "]").replace(f'["tests/{other}", ', "[")
    (TREE / "pyproject.toml").write_text(settings)


def _package(name: str) -> str | None:
    """The mutated package a file lies in."""
    if not name.endswith(".py"):
        return None
    return next((one for one in PACKAGES if name.startswith(f"{one}/")), None)


def _names(package: str | None) -> list[str]:
    """All mutants, written where `mutmut run` will find them, in the order of files and lines."""
    os.chdir(TREE)
    # It reads its settings from the folder it is imported in.
    core = importlib.import_module("mutmut.__main__")
    (TREE / "mutants").mkdir()
    core.copy_src_dir()
    core.copy_also_copy_files()
    core.create_mutants(int(WORKERS))
    names = []
    for one in [package] if package else PACKAGES:
        for path in sorted((TREE / "mutants" / one).rglob("*.meta")):
            names += json.loads(path.read_text())["exit_code_by_key"]
    return names


def _sample(names: list[str], count: int, seed: int) -> list[str]:
    if not 0 < count < len(names):
        return names
    step = len(names) / count
    start = random.Random(seed).random() * step
    return [names[int(start + number * step)] for number in range(count)]


def _mutmut(names: list[str], examples: int, fresh: bool = False) -> None:
    """fresh: every mutant imports the packages anew, so that what runs at import is tried too (slower)."""
    if fresh:
        settings = (TREE / "pyproject.toml").read_text()
        cold = settings.replace("[tool.mutmut]\n", '[tool.mutmut]\nforkserver_warmup = "none"\n')
        (TREE / "pyproject.toml").write_text(cold)
    plugins = str(Path(__file__).parent)
    environment = {**os.environ, "PYTHONPATH": plugins, "MUTANT_EXAMPLES": str(examples)}
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", WORKERS, *names]
    if subprocess.run(command, cwd=TREE, env=environment, check=False).returncode:
        sys.exit(f"mutants: mutmut stopped, see above; the tests must pass first, and its copy is in {TREE}")


def _results(names: list[str]) -> dict[str, str]:
    codes: dict[str, int | None] = {}
    for path in (TREE / "mutants").rglob("*.meta"):
        codes |= json.loads(path.read_text())["exit_code_by_key"]
    return {
        name: "timeout" if codes[name] in TIMEOUTS else STATUS.get(codes[name], f"exit {codes[name]}")
        for name in names
    }


def _report(found: dict[str, str], of: int) -> None:
    for package in (*PACKAGES, ""):
        here = [status for name, status in found.items() if name.startswith(package.replace("/", "."))]
        if here:
            caught = sum(status in CAUGHT for status in here)
            low, high = _interval(caught, len(here))
            kinds = ", ".join(f"{here.count(kind)} {kind}" for kind in sorted(set(here)))
            print(f"{package or 'both'}: {caught / len(here):.1%} killed ({low:.1%} to {high:.1%}); {kinds}")
    print(f"of {of} mutants {len(found)} were tried")
    for name, status in found.items():
        if status not in CAUGHT:
            show = [str(Path(sys.executable).with_name("mutmut")), "show", name]
            told = subprocess.run(show, cwd=TREE, capture_output=True, text=True, check=False).stdout
            lines = [
                line for line in told.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
            ]
            print(f"{status}: {name}", *lines, sep="\n    ")


def _interval(caught: int, tried: int) -> tuple[float, float]:
    """Wilson's interval of 95 % (E. B. Wilson, Journal of the American Statistical Association 22, 1927)."""
    z, share = 1.959964, caught / tried
    middle = share + z * z / (2 * tried)
    half = z * sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    return (middle - half) / (1 + z * z / tried), (middle + half) / (1 + z * z / tried)


if __name__ == "__main__":
    sys.exit(main())
