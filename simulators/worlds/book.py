"""One terminal's records as its journal would hold them: numbered, chained, dated, and signed at the end."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.wire import fields, records

GNSS_CLOCK = 3
_KEY_ID = 8


class Row(NamedTuple):
    """One stored record, as ingest.measure.sort asks for it."""

    terminal: int
    seq: int
    kind: int
    record: bytes


def identity(terminal: int) -> Ed25519PrivateKey:
    """The key pair of a simulated terminal, the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(b"hourfence scenario terminal %d" % terminal).digest()
    )


class Book:
    """Writes one terminal's records. clock is the quality that every header gives, off_s how far the
    terminal's clock is ahead; each boot counts its ticks from boot_s."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self.rows: list[Row] = []
        self.boot = 0
        self.boot_s = 0
        self.clock = GNSS_CLOCK
        self.off_s = 0
        self._head = records.ZERO_DIGEST
        self._key = identity(terminal)

    @property
    def next_seq(self) -> int:
        """The number of the next record."""
        return len(self.rows) + 1

    @property
    def head(self) -> bytes:
        """Digest of the newest record."""
        return self._head

    @property
    def public_key(self) -> str:
        """Hexadecimal, as the registry has it."""
        return self._key.public_key().public_bytes_raw().hex()

    def write(self, kind: int, utc_s: int, body: dict[str, Any]) -> int:
        """One record made at true second utc_s; its sequence number."""
        seq = self.next_seq
        values = {
            **body,
            "kind": kind,
            "terminal": self.terminal,
            "seq": seq,
            "prev": self._head,
            "boot": self.boot,
            "uptime_s": utc_s - self.boot_s,
            "utc_s": utc_s + self.off_s if self.clock else 0,
            "clock": self.clock,
        }
        record = records.encode(values)
        self._head = records.digest(record)
        self.rows.append(Row(self.terminal, seq, kind, record))
        return seq

    def switch_on(self, utc_s: int, tell: bool = True) -> None:
        """A boot: BOOT, and (tell) the time that satellites tell of it."""
        self.boot += 1
        self.boot_s = utc_s
        body = {
            "firmware": 1000,
            "reset_cause": 1,
            "unreceipted": 0,
            "torn_bytes": 0,
            "slot": 255,
            "stage": 0,
        }
        self.write(fields.BOOT, utc_s, body)
        if tell:
            self.tell_time(utc_s)

    def tell_time(self, utc_s: int) -> None:
        """A TIME record: satellites say that it is utc_s."""
        body = {
            "uptime_ms": (utc_s - self.boot_s) * 1000,
            "true_s": utc_s,
            "true_ms": 0,
            "source": GNSS_CLOCK,
            "was_s": utc_s + self.off_s if self.clock else 0,
            "weeks": 0,
        }
        self.write(fields.TIME, utc_s, body)

    def diagnose(self, utc_s: int, code: int, state: int, value: int) -> None:
        """A DIAGNOSTIC record."""
        self.write(fields.DIAGNOSTIC, utc_s, {"code": code, "state": state, "value": value})

    def sign(self, utc_s: int, key: Ed25519PrivateKey | None = None) -> None:
        """A HEAD record over everything so far; another key is a forger's."""
        by = key or self._key
        through = len(self.rows)
        message = records.head_message(self.terminal, through, self._head)
        public = by.public_key().public_bytes_raw()
        body = {
            "through": through,
            "head": self._head,
            "key": hashlib.sha256(public).digest()[:_KEY_ID],
            "signature": by.sign(message),
        }
        self.write(fields.HEAD, utc_s, body)

    def repeat(self, seq: int, utc_s: int) -> int:
        """The minute of that record once more, as a record of its own; its sequence number."""
        values = records.decode(self.rows[seq - 1].record)
        return self.write(values["kind"], utc_s, values)

    def rewrite(self, first: int, last: int) -> None:
        """A forger changes the minutes among these records and hashes what follows anew; signatures stay."""
        head = records.ZERO_DIGEST
        for index, row in enumerate(self.rows):
            values = records.decode(row.record)
            values["prev"] = head
            if first <= row.seq <= last and row.kind == fields.MINUTE:
                values["wheel_m"] += 20
            record = records.encode(values) if row.seq >= first else row.record
            self.rows[index] = Row(row.terminal, row.seq, row.kind, record)
            head = records.digest(record)
        self._head = head

    def thin(self, seqs: list[int], utc_s: int) -> None:
        """Drop the fine fixes of these minutes, as a full journal does, and tell it."""
        dropped = 0
        for seq in seqs:
            row = self.rows[seq - 1]
            thinned = records.thin(row.record)
            if thinned is not None:
                dropped += (len(row.record) - len(thinned) + 32) // 8
                self.rows[seq - 1] = Row(row.terminal, row.seq, thinned[0], bytes(thinned))
        body = {"first_seq": min(seqs), "last_seq": max(seqs), "minutes": len(seqs), "dropped": dropped}
        self.write(fields.THINNED, utc_s, body)
