"""How large the firmware is: each module, the sum, the limit."""

from pathlib import PurePosixPath

from ingest.firmware_build.compile import FirmwareBuildError, Module

# Of the 9 MB file system each of the two slots may take so much; the rest is for photos and small state.
LIMIT_BYTES = 655360
BLOCK_BYTES = 4096


def lines(modules: list[Module], limit_bytes: int = LIMIT_BYTES) -> list[str]:
    """The table: bytes of .mpy and of source by module, by folder, and the sum."""
    table = [f"{'bytes .mpy':>10}  {'of source':>9}  module"]
    folders: dict[str, int] = {}
    for module in sorted(modules, key=lambda one: (-len(one.mpy), one.path)):
        table.append(f"{len(module.mpy):>10}  {module.source_bytes:>9}  {module.path}")
        folder = str(PurePosixPath(module.path).parent)
        folders[folder] = folders.get(folder, 0) + len(module.mpy)
    table += [f"{size:>10}  {'':>9}  {folder}/" for folder, size in sorted(folders.items())]
    total = total_bytes(modules)
    source_bytes = sum(module.source_bytes for module in modules)
    table.append(f"{total:>10}  {source_bytes:>9}  all, {len(modules)} modules")
    taken = f"{on_flash_bytes(modules):>10}  {'':>9}"
    table.append(f"{taken}  of the slot's {limit_bytes}, in blocks of {BLOCK_BYTES}")
    return table


def total_bytes(modules: list[Module]) -> int:
    """Bytes of all .mpy files: what an update sends."""
    return sum(len(module.mpy) for module in modules)


def on_flash_bytes(modules: list[Module]) -> int:
    """What they take at most on littlefs: whole blocks, no file inlined."""
    return sum(-(-len(module.mpy) // BLOCK_BYTES) * BLOCK_BYTES for module in modules)


def check(modules: list[Module], limit_bytes: int = LIMIT_BYTES) -> None:
    """Raise FirmwareBuildError when the firmware is larger than the limit."""
    taken = on_flash_bytes(modules)
    if taken > limit_bytes:
        raise FirmwareBuildError(
            f"The firmware takes {taken} bytes of a slot and may take {limit_bytes}; make the largest "
            f"modules smaller, or give a larger --limit."
        )
