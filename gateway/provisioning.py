"""Gives a new terminal its number over the cable; its key pair the terminal makes itself."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from firmware.wire import cable
from firmware.wire.seal import hmac_sha256, same
from gateway.errors import CablePulled, GatewayError
from gateway.line import Line

ASK_S = 1.0
POLL_S = 0.1
ANSWER_S = 3.0
NOBODY_S = 15.0
# The terminal works out its key pair before it answers COMMIT; meanwhile it is asked whether it still lives.
COMMIT_ASK_S = 3.0
COMMIT_ASKS = 40
ROUNDS = 5
SIZES = {cable.NEW: 9, cable.NEXT: 5, cable.PROVISIONED: 72, cable.REFUSED: 1}
REASONS = {
    cable.REFUSED_DIGEST: "the data was damaged on the way",
    cable.REFUSED_SETTINGS: "it cannot use these settings, certificate or grounds",
    cable.REFUSED_MEDIUM: "its flash cannot be written, or its random source gave nothing",
}


@dataclass(frozen=True)
class Offer:
    """What one terminal gets: number, HMAC key, and the parts of firmware.wire.cable in their order."""

    terminal: int
    key: bytes = field(repr=False)
    parts: tuple[bytes, bytes, bytes] = field(repr=False)

    def digest(self) -> bytes:
        """What COMMIT carries."""
        sha = hashlib.sha256()
        for part in self.parts:
            sha.update(len(part).to_bytes(4, "big") + part)
        return sha.digest()


class Provisioning:
    """``run()`` returns the terminal's public key. on_hardware(id) is asked before anything is sent.

    A pulled cable is waited for. Raises GatewayError when the terminal has another number, or refuses.
    """

    def __init__(
        self, line: Line, offer: Offer, on_hardware: Callable[[bytes], None], say: Callable[[str], None]
    ) -> None:
        self._line = line
        self._offer = offer
        self._on_hardware = on_hardware
        self._say = say
        self._nonces: list[bytes] = []
        self._told_pulled = False

    def run(self) -> bytes:
        """Ask, give, and wait for the public key."""
        refusals = 0
        while True:
            try:
                if not self._line.is_open:
                    self._line.open()
                    self._told_pulled = False
                kind, payload = self._ask()
                if kind == cable.NEW:
                    self._on_hardware(payload[1:])
                    kind, payload = self._give()
                if kind == cable.PROVISIONED:
                    return self._check(payload)
            except CablePulled as fault:
                self._wait_for_cable(fault)
                continue
            if kind == cable.REFUSED:
                refusals += 1
                if refusals == ROUNDS or payload[0] != cable.REFUSED_DIGEST:
                    raise GatewayError(
                        f"{self._line.path}: the terminal refused: {REASONS.get(payload[0], 'unknown')}; "
                        f"mend that and start again."
                    )

    def _wait_for_cable(self, fault: CablePulled) -> None:
        if not self._told_pulled:
            self._told_pulled = True
            self._say(f"{fault}; waiting for the cable. 等待接线。")
        time.sleep(POLL_S)

    def _ask(self) -> tuple[int, bytes]:
        """Until a terminal answers: its NEW or PROVISIONED."""
        nobody_at = time.monotonic() + NOBODY_S
        while True:
            if time.monotonic() > nobody_at:
                nobody_at = float("inf")
                self._say("Nobody answers yet; see that the terminal has power. 终端没有应答：请检查电源。")
            self._send_question()
            answer = self._wait_for(ASK_S, cable.NEW, cable.PROVISIONED)
            if answer is not None:
                return answer

    def _send_question(self) -> None:
        self._nonces.append(os.urandom(8))
        self._line.send(cable.ASK, bytes([cable.VERSION, cable.PROVISION]) + self._nonces[-1])

    def _wait_for(self, wait_s: float, *kinds: int) -> tuple[int, bytes] | None:
        """The next frame of one of these types, or None."""
        deadline = time.monotonic() + wait_s
        while (left_s := deadline - time.monotonic()) > 0:
            frame = self._line.receive(left_s)
            if frame is not None and frame[0] in kinds and len(frame[1]) == SIZES[frame[0]]:
                return frame
        return None

    def _give(self) -> tuple[int, bytes]:
        """Send the parts and COMMIT; the terminal's PROVISIONED or REFUSED, (0, b"") when it fell silent."""
        for number, part in enumerate(self._offer.parts):
            offset, tries = 0, 0
            while True:
                data = part[offset : offset + cable.PART_BYTES]
                head = bytes([number]) + offset.to_bytes(4, "big") + len(part).to_bytes(4, "big")
                self._line.send(cable.PART, head + data)
                answer = self._wait_for(ANSWER_S, cable.NEXT)
                tries += 1
                if answer is None:
                    if tries >= ROUNDS:
                        return 0, b""
                    continue
                before, offset = offset, int.from_bytes(answer[1][1:5], "big")
                if answer[1][0] != number or offset > len(part):
                    return 0, b""
                if offset == len(part):
                    break
                tries = tries if offset <= before else 0
                if tries >= ROUNDS:
                    return 0, b""
        self._line.send(cable.COMMIT, self._offer.terminal.to_bytes(8, "big") + self._offer.digest())
        for _ in range(COMMIT_ASKS):
            answer = self._wait_for(COMMIT_ASK_S, cable.PROVISIONED, cable.REFUSED, cable.NEW)
            if answer is not None and answer[0] != cable.NEW:
                return answer
            if answer is not None:
                # Its power was cut: it is as new as before.
                break
            self._send_question()
        return 0, b""

    def _check(self, payload: bytes) -> bytes:
        terminal, public_key, proof = int.from_bytes(payload[:8], "big"), payload[8:40], payload[40:]
        messages = [cable.proof_message(terminal, nonce, public_key) for nonce in self._nonces]
        proven = any(same(hmac_sha256(self._offer.key, message), proof) for message in messages)
        if terminal != self._offer.terminal or not proven:
            raise GatewayError(
                f"{self._line.path}: this terminal has the number {terminal:016d} already and keeps it; "
                f"only erasing its flash makes it new. 该终端已开通，须擦除闪存后才能重新开通。"
            )
        return public_key
