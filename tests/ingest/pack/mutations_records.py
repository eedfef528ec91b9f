"""Changes of records, chain, head and keys."""

from __future__ import annotations

import hashlib
from typing import Any

from firmware.wire import fields
from firmware.wire import records as wire
from tests.ingest.pack.mutations import MINUTE_AT, Files, change_json, change_records, encoded, named


@named("does not hang on the record before")
def record_changed(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[MINUTE_AT] = encoded(records[MINUTE_AT], wheel_m=900)

    change_records(files, change)


@named("Ed25519|signature over records")
def records_changed_and_chained_anew(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[MINUTE_AT] = encoded(records[MINUTE_AT], wheel_m=900)
        for at in range(MINUTE_AT + 1, len(records)):
            records[at] = encoded(records[at], prev=wire.digest(records[at - 1]))

    change_records(files, change)


@named("is missing")
def record_removed(files: Files) -> None:
    change_records(files, lambda records: records.__delitem__(MINUTE_AT))


@named("chain is broken|does not hang")
def record_removed_and_said_absent(files: Files) -> None:
    change_records(files, lambda records: records.__delitem__(MINUTE_AT))
    change_json(files, "session.json", lambda told: told["absent"].append(MINUTE_AT + 1))


@named("signature over records")
def record_removed_and_break_admitted(files: Files) -> None:
    record_removed_and_said_absent(files)
    change_json(files, "session.json", lambda told: told["breaks"].append(MINUTE_AT + 2))


@named("another order or doubled")
def record_added_twice(files: Files) -> None:
    change_records(files, lambda records: records.insert(MINUTE_AT, records[MINUTE_AT]))


@named("was added")
def record_added_at_the_end(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        last = records[-1]
        values = {"kind": fields.DIAGNOSTIC, "code": 1, "state": 0, "value": 0, "prev": wire.digest(last)}
        records.append(bytes(wire.encode({**wire.decode(last), "seq": len(records) + 1, **values})))

    change_records(files, change)


@named("another order or doubled")
def records_reordered(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[7], records[8] = records[8], records[7]

    change_records(files, change)


@named("is of terminal")
def record_of_another_terminal(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[MINUTE_AT] = encoded(records[MINUTE_AT], terminal=2600500000000003)

    change_records(files, change)


@named("is no record")
def record_cut_short(files: Files) -> None:
    change_records(files, lambda records: records.__setitem__(MINUTE_AT, records[MINUTE_AT][:40]))


@named("cut off within a record")
def records_truncated(files: Files) -> None:
    files["records.bin"] = files["records.bin"][:-3]


@named("signature over records")
def head_removed(files: Files) -> None:
    change_records(files, lambda records: records.__delitem__(-1))
    change_json(files, "session.json", lambda told: told.update(last=told["last"] - 1))


@named("says that none does")
def head_denied(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.update(head=None))


@named("public keys are not those")
def public_key_swapped(files: Files) -> None:
    change_json(files, "terminal.json", lambda told: told["keys"][0].update(public_key="ab" * 32))


@named("signature over records")
def public_key_swapped_everywhere(files: Files) -> None:
    def change(told: Any) -> None:
        told["keys"] = [{"public_key": "ab" * 32, "sha256": hashlib.sha256(b"\xab" * 32).hexdigest()}]
        told["entries"][0]["public_key"] = "ab" * 32

    change_json(files, "terminal.json", change)


@named("is of another terminal")
def terminal_renumbered(files: Files) -> None:
    change_json(files, "terminal.json", lambda told: told.update(number="2600500000000003"))
