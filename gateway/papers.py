"""What stays of a provisioning: the registry's entry, the broker's login, the label; a note of one begun."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firmware.wire.seal import KEY_SIZE
from gateway.errors import GatewayError


@dataclass(frozen=True)
class Car:
    """The car a terminal is bolted into, as the registry knows it."""

    number: int
    plate: str
    school: int


@dataclass
class Secrets:
    """What one terminal shares with the server. hardware: the board that it was begun on, hexadecimal."""

    key: bytes = field(repr=False)
    password: str = field(repr=False)
    hardware: str = ""


class Papers:
    """The files of one terminal in one folder, readable by this account alone."""

    def __init__(self, folder: Path, terminal: int) -> None:
        self._folder = folder
        self._terminal = terminal
        self.entry = folder / f"terminal-{terminal:016d}.registry.json"
        self.login = folder / f"terminal-{terminal:016d}.login"
        self.label = folder / f"terminal-{terminal:016d}.label.txt"
        self.begun = folder / f"terminal-{terminal:016d}.begun.json"

    def begin(self) -> Secrets:
        """The secrets of a provisioning that was begun before and not finished, else new ones."""
        if self.entry.exists():
            raise GatewayError(
                f"{self.entry}: the number {self._terminal:016d} has been given away already; choose another."
            )
        try:
            held = json.loads(self.begun.read_text(encoding="ascii"))
            return Secrets(bytes.fromhex(held["key_hex"]), held["password"], held["hardware"])
        except FileNotFoundError:
            return Secrets(secrets.token_bytes(KEY_SIZE), secrets.token_urlsafe(18))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise GatewayError(f"{self.begun}: cannot be read ({fault}); remove it or mend it.") from None

    def note(self, shared: Secrets, hardware: bytes) -> None:
        """Keep the secrets before the terminal gets them, bound to its hardware.

        Raises GatewayError when they may be in another terminal already.
        """
        if shared.hardware and shared.hardware != hardware.hex():
            raise GatewayError(
                f"The number {self._terminal:016d} was begun on the board {shared.hardware} and this is "
                f"{hardware.hex()}; plug that one in, or choose another number."
            )
        shared.hardware = hardware.hex()
        held = {"key_hex": shared.key.hex(), "password": shared.password, "hardware": shared.hardware}
        self._write(self.begun, json.dumps(held))

    def finish(self, shared: Secrets, car: Car, public_key: bytes, now: datetime | None = None) -> str:
        """Write entry, login and label, drop the note; returns the label."""
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        number = f"{self._terminal:016d}"
        entry: dict[str, Any] = {
            "number": number,
            "key_hex": shared.key.hex(),
            "public_key_hex": public_key.hex(),
            "car": f"{car.number:016d}",
            "school": f"{car.school:016d}",
            "valid_from": moment.isoformat().replace("+00:00", "Z"),
        }
        label = label_text(self._terminal, car.plate, public_key, moment)
        self._write(self.login, f"{number}:{shared.password}\n")
        self._write(self.label, label)
        self._write(self.entry, json.dumps({"terminals": [entry]}, indent=1) + "\n")
        self.begun.unlink(missing_ok=True)
        return label

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all, mode 0600."""
        new = path.with_name(path.name + ".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                target.write(text.encode())
                target.flush()
                os.fsync(target.fileno())
            new.replace(path)
        except OSError as fault:
            raise GatewayError(f"{path}: cannot be written ({fault.strerror}); see to the folder.") from None


def fingerprint(public_key: bytes) -> str:
    """The 8 bytes by which signatures name the key, in groups of four digits."""
    digits = hashlib.sha256(public_key).hexdigest()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def label_text(terminal: int, plate: str, public_key: bytes, made: datetime) -> str:
    """What is printed and stuck on the box; nothing of it is secret."""
    number = f"{terminal:016d}"
    return (
        "hourfence 计时终端 Training-hours terminal\n"
        f"编号 Number       {' '.join(number[i : i + 4] for i in range(0, 16, 4))}\n"
        f"车牌 Plate        {plate}\n"
        f"公钥 Public key   {fingerprint(public_key)}\n"
        f"日期 Date         {made:%Y-%m-%d}\n"
    )
