"""A new terminal gets its number, key, broker and grounds from the depot, once; its identity it makes itself.

The parts wait in RAM until the gateway's COMMIT matches them. Then certificate, grounds and identity are
written, and last of all the settings file takes its name in one step: a power cut leaves the terminal
without a number or complete, never between. A terminal that has a number refuses every other.
"""

import hashlib
import json
import os

from firmware.wire import cable
from firmware.wire.fields import NUMBER_MAX
from firmware.wire.seal import KEY_SIZE, hmac_sha256

PUBLIC = "public"
FRAME_SIZE = cable.HEAD + 9 + cable.PART_BYTES + cable.TAIL
FRAMES_A_STEP = 16


def is_new(settings_path):
    """Whether the settings file gives the terminal no number yet, or does not exist."""
    return "terminal" not in read_settings(settings_path)


def read_settings(path):
    """The settings file's dictionary; empty when there is no file. Raises ValueError when it is broken."""
    try:
        with open(path) as source:
            return json.load(source)
    except OSError:
        return {}


def tell(port, terminal, key, public_key, nonce):
    """Answer a gateway that wants to provision: this terminal has its number, and holds its key."""
    proof = hmac_sha256(key, cable.proof_message(terminal, nonce, public_key))
    port.send(cable.frame(cable.PROVISIONED, terminal.to_bytes(8, "big") + public_key + proof))


class Provision:
    """Waits for a gateway on the cable. step() until it returns True, then start the terminal anew.

    port as in firmware.terminal.depot.cable; hardware: 8 bytes that tell this board from any other;
    random_bytes(count) for the identity; show(text) tells the people.
    """

    def __init__(self, port, settings_path, keep, hardware, random_bytes, show):
        if not is_new(settings_path):
            raise ValueError("%s: this terminal has its number already" % settings_path)
        self._port = port
        self._path = settings_path
        self._keep = keep
        self._hardware = hardware
        self._random_bytes = random_bytes
        self._show = show
        self._reader = cable.FrameReader(FRAME_SIZE)
        self._nonce = bytes(8)
        self._parts = [None] * cable.PARTS
        self._filled = [0] * cable.PARTS

    def step(self):
        """Read what has come and answer; True when the terminal has its number. Raises no OSError."""
        try:
            for _ in range(FRAMES_A_STEP):
                found = self._reader.take()
                if found is not None:
                    if self._read(found[0], found[1]):
                        return True
                    continue
                count = self._port.receive_into(self._reader.room())
                if count <= 0:
                    break
                self._reader.grew(count)
        except OSError:
            # The cable was pulled; the gateway begins again with its question.
            pass
        return False

    def _read(self, kind, payload):
        size = len(payload)
        if kind == cable.ASK and size == 10 and payload[0] == cable.VERSION:
            self._nonce = payload[2:]
            self._port.send(cable.frame(cable.NEW, bytes([cable.VERSION]) + self._hardware))
        elif kind == cable.PART and size >= 9 and payload[0] < cable.PARTS:
            self._take_part(payload)
        elif kind == cable.COMMIT and size == 40:
            return self._commit(int.from_bytes(payload[:8], "big"), payload[8:])
        return False

    def _take_part(self, payload):
        part = payload[0]
        offset = int.from_bytes(payload[1:5], "big")
        size = int.from_bytes(payload[5:9], "big")
        if size > cable.PART_MAX[part]:
            return
        if offset == 0:
            self._parts[part] = bytearray(size)
            self._filled[part] = 0
        held = self._parts[part]
        filled = self._filled[part]
        end = offset + len(payload) - 9
        if held is not None and len(held) == size and offset == filled and end <= size:
            held[offset:end] = payload[9:]
            self._filled[part] = filled = end
        self._port.send(cable.frame(cable.NEXT, bytes([part]) + filled.to_bytes(4, "big")))

    def _commit(self, terminal, digest):
        if self._digest() != digest:
            self._refuse(cable.REFUSED_DIGEST)
            return False
        self._show("provisioning")
        try:
            settings, key = self._checked(terminal)
        except (ValueError, KeyError, TypeError):
            self._refuse(cable.REFUSED_SETTINGS)
            return False
        try:
            public_key = self._write(settings)
        except (OSError, ValueError):
            self._refuse(cable.REFUSED_MEDIUM)
            return False
        try:
            tell(self._port, terminal, key, public_key, self._nonce)
        except OSError:
            # It has its number all the same, and tells the gateway when asked again.
            pass
        return True

    def _refuse(self, reason):
        self._port.send(cable.frame(cable.REFUSED, bytes([reason])))

    def _digest(self):
        sha = hashlib.sha256()
        for part in range(cable.PARTS):
            held = self._parts[part]
            if held is None or self._filled[part] != len(held):
                return b""
            sha.update(len(held).to_bytes(4, "big"))
            sha.update(held)
        return sha.digest()

    def _checked(self, terminal):
        """(all settings, key): what the gateway gave, on top of what the board's file says already."""
        given = json.loads(bytes(self._parts[cable.SETTINGS]).decode())
        text = given["key_hex"]
        if given["terminal"] != terminal or not 1 <= terminal <= NUMBER_MAX or len(text) != 2 * KEY_SIZE:
            raise ValueError("settings: number or key")
        key = bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])
        from firmware.terminal.orders.settings_overlay import check

        check(given)
        if self._parts[cable.GROUNDS]:
            from firmware.terminal.fence.fence import Grounds

            Grounds(bytes(self._parts[cable.GROUNDS]))
        settings = read_settings(self._path)
        settings.update(given)
        if self._parts[cable.CA]:
            settings["tls_ca"] = self._folder() + "ca.der"
        return settings, key

    def _folder(self):
        return self._path[: self._path.rfind("/") + 1]

    def _write(self, settings):
        """Everything onto the medium, the settings last; the public key. Raises OSError, ValueError."""
        from firmware.terminal.signing.signer import make_identity

        if self._parts[cable.CA]:
            _put_file(self._folder() + "ca.der", self._parts[cable.CA])
        if self._parts[cable.GROUNDS]:
            self._keep.put("grounds", bytes(self._parts[cable.GROUNDS]))
        public_key = make_identity(self._keep, self._random_bytes)
        self._keep.put(PUBLIC, public_key)
        _put_file(self._path, json.dumps(settings).encode())
        return public_key


def _put_file(path, data):
    with open(path + ".new", "wb") as target:
        target.write(data)
        target.flush()
        if hasattr(os, "fsync") and hasattr(target, "fileno"):
            os.fsync(target.fileno())
    os.rename(path + ".new", path)
