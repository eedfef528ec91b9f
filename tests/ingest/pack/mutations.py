"""Named changes of a pack's files, each with words of the sentence that must name what is wrong.

Each is made as somebody would who writes the whole pack anew with a key of his own: manifest, signature and
report follow the change. None: without knowing the server's key nobody can tell; with it, it is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from firmware.wire import fields
from firmware.wire import records as wire
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.pack.canonical import written
from ingest.pack.records import joined, parted

Files = dict[str, bytes]
Change = Callable[[Files], None]
MUTATIONS: dict[str, tuple[Change, str | None]] = {}
_MINUTE_AT = 6


def _named(expected: str | None) -> Callable[[Change], Change]:
    def take(change: Change) -> Change:
        MUTATIONS[change.__name__] = change, expected
        return change

    return take


def _json(files: Files, name: str, change: Callable[[Any], None]) -> None:
    value = json.loads(files[name])
    change(value)
    files[name] = written(value)


def _records(files: Files, change: Callable[[list[bytes]], None]) -> None:
    records = parted(files["records.bin"])
    change(records)
    files["records.bin"] = joined(records)


def _encoded(record: bytes, **values: Any) -> bytes:
    return bytes(wire.encode({**wire.decode(record), **values}))


@_named("does not hang on the record before")
def record_changed(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[_MINUTE_AT] = _encoded(records[_MINUTE_AT], wheel_m=900)

    _records(files, change)


@_named("Ed25519|signature over records")
def records_changed_and_chained_anew(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[_MINUTE_AT] = _encoded(records[_MINUTE_AT], wheel_m=900)
        for at in range(_MINUTE_AT + 1, len(records)):
            records[at] = _encoded(records[at], prev=wire.digest(records[at - 1]))

    _records(files, change)


@_named("is missing")
def record_removed(files: Files) -> None:
    _records(files, lambda records: records.__delitem__(_MINUTE_AT))


@_named("chain is broken|does not hang")
def record_removed_and_said_absent(files: Files) -> None:
    _records(files, lambda records: records.__delitem__(_MINUTE_AT))
    _json(files, "session.json", lambda told: told["absent"].append(_MINUTE_AT + 1))


@_named("signature over records")
def record_removed_and_break_admitted(files: Files) -> None:
    record_removed_and_said_absent(files)
    _json(files, "session.json", lambda told: told["breaks"].append(_MINUTE_AT + 2))


@_named("another order or doubled")
def record_added_twice(files: Files) -> None:
    _records(files, lambda records: records.insert(_MINUTE_AT, records[_MINUTE_AT]))


@_named("was added")
def record_added_at_the_end(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        last = records[-1]
        values = {"kind": fields.DIAGNOSTIC, "code": 1, "state": 0, "value": 0, "prev": wire.digest(last)}
        records.append(bytes(wire.encode({**wire.decode(last), "seq": len(records) + 1, **values})))

    _records(files, change)


@_named("another order or doubled")
def records_reordered(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[7], records[8] = records[8], records[7]

    _records(files, change)


@_named("is of terminal")
def record_of_another_terminal(files: Files) -> None:
    def change(records: list[bytes]) -> None:
        records[_MINUTE_AT] = _encoded(records[_MINUTE_AT], terminal=2600500000000003)

    _records(files, change)


@_named("is no record")
def record_cut_short(files: Files) -> None:
    _records(files, lambda records: records.__setitem__(_MINUTE_AT, records[_MINUTE_AT][:40]))


@_named("cut off within a record")
def records_truncated(files: Files) -> None:
    files["records.bin"] = files["records.bin"][:-3]


@_named("signature over records")
def head_removed(files: Files) -> None:
    _records(files, lambda records: records.__delitem__(-1))
    _json(files, "session.json", lambda told: told.update(last=told["last"] - 1))


@_named("says that none does")
def head_denied(files: Files) -> None:
    _json(files, "session.json", lambda told: told.update(head=None))


@_named("public keys are not those")
def public_key_swapped(files: Files) -> None:
    _json(files, "terminal.json", lambda told: told["keys"][0].update(public_key="ab" * 32))


@_named("signature over records")
def public_key_swapped_everywhere(files: Files) -> None:
    def change(told: Any) -> None:
        told["keys"] = [{"public_key": "ab" * 32, "sha256": hashlib.sha256(b"\xab" * 32).hexdigest()}]
        told["entries"][0]["public_key"] = "ab" * 32

    _json(files, "terminal.json", change)


@_named("is of another terminal")
def terminal_renumbered(files: Files) -> None:
    _json(files, "terminal.json", lambda told: told.update(number="2600500000000003"))


@_named("pack says reasons|pack says verdict")
def terminal_revoked(files: Files) -> None:
    _json(files, "terminal.json", lambda told: told["entries"][0].update(revoked_s=1))


@_named("pack says reasons|pack says verdict")
def fence_vertex_moved(files: Files) -> None:
    def change(told: Any) -> None:
        for feature in told["features"]:
            for ring in feature["geometry"]["coordinates"]:
                for vertex in ring:
                    vertex[0] += 0.05

    _json(files, "fences.geojson", change)


@_named("pack says reasons|pack says verdict")
def fence_dates_changed(files: Files) -> None:
    def change(told: Any) -> None:
        for feature in told["features"]:
            feature["properties"]["valid_from"] = "2030-01-01"

    _json(files, "fences.geojson", change)


@_named("fences.geojson does not hold")
def fence_made_nonsense(files: Files) -> None:
    _json(files, "fences.geojson", lambda told: told["features"][0].update(geometry=7))


@_named("pack says reasons|pack says verdict")
def trainee_suspended(files: Files) -> None:
    _json(files, "registry.json", lambda told: told["entries"]["trainees"][0].update(state=3))


@_named("pack says reasons|pack says verdict")
def trainee_struck_off(files: Files) -> None:
    _json(files, "registry.json", lambda told: told["entries"].update(trainees=[]))


@_named("registry.json does not hold")
def registry_made_nonsense(files: Files) -> None:
    _json(files, "registry.json", lambda told: told["entries"]["cars"][0].update(state="approved"))


@_named("rules do not come to")
def threshold_changed(files: Files) -> None:
    def change(told: Any) -> None:
        thresholds = dict(told["in_force"][0]["thresholds"], travel_kmh=200.0)
        told.pop("layers", None)
        told["rule_set"] = {**told["in_force"][0], "thresholds": thresholds}
        version, effects = (told["rule_set"][name] for name in ("version", "effects"))
        made = RuleSet(version, effects, travel_kmh=200.0)
        told["rule_set"]["digest"] = made.digest

    _json(files, "rules.json", change)


@_named("not what its digest says")
def threshold_changed_under_the_old_digest(files: Files) -> None:
    _json(files, "rules.json", lambda told: told["rule_set"]["thresholds"].update(travel_kmh=200.0))


@_named("pack says reasons|pack says verdict|pack says numbers")
def suspicion_removed(files: Files) -> None:
    files["suspicions.json"] = b"[]"


@_named("pack says numbers")
def suspicion_score_changed(files: Files) -> None:
    _json(files, "suspicions.json", lambda told: told[0].update(score=800))


@_named("pack says verdict|pack says reasons")
def neighbours_removed(files: Files) -> None:
    _json(files, "neighbours.json", lambda told: told.update(shares=[]))


@_named("pack says verdict accepted")
def verdict_changed(files: Files) -> None:
    _json(files, "verdicts.json", lambda told: told["minutes"][0].update(verdict=0))


@_named("pack says reasons")
def reason_removed(files: Files) -> None:
    _json(files, "verdicts.json", lambda told: told["minutes"][0]["reasons"].pop())


@_named("pack says numbers")
def number_changed(files: Files) -> None:
    _json(
        files,
        "verdicts.json",
        lambda told: told["minutes"][0]["numbers"]["OVERLAP_TRAINEE"].update(other_session=7),
    )


@_named("has no verdict")
def minute_left_out(files: Files) -> None:
    _json(files, "verdicts.json", lambda told: told["minutes"].pop())


@_named("another order")
def minutes_reordered(files: Files) -> None:
    _json(files, "verdicts.json", lambda told: told["minutes"].reverse())


@_named("session's minutes_accepted")
def sum_changed(files: Files) -> None:
    _json(files, "verdicts.json", lambda told: told["outcome"].update(minutes_accepted=14))


@_named("session's training_hours")
def hours_changed(files: Files) -> None:
    _json(files, "verdicts.json", lambda told: told["outcome"].update(training_hours=1))


@_named("minutes are said to be decided")
def decided_minute_changed(files: Files) -> None:
    _json(files, "decisions.json", lambda told: told["decided"][0].update(verdict=0))


@_named("minutes are said to be decided")
def decision_widened(files: Files) -> None:
    def change(told: Any) -> None:
        told["decisions"][0]["accepts"].append(told["decided"][-1]["minute"] + 1)

    _json(files, "decisions.json", change)


@_named("not in the order of time|minutes are said")
def decisions_reordered(files: Files) -> None:
    _json(files, "decisions.json", lambda told: told["decisions"].reverse())


@_named("entries add up to")
def decision_removed(files: Files) -> None:
    def change(told: Any) -> None:
        told["decisions"], told["decided"] = [], []

    _json(files, "decisions.json", change)


@_named("is not among the accounts")
def decision_by_nobody(files: Files) -> None:
    _json(files, "decisions.json", lambda told: told["decisions"][0].update(account=99))


@_named(None)
def decision_by_somebody_else(files: Files) -> None:
    _json(files, "decisions.json", lambda told: told["accounts"][0].update(name="zhang"))


@_named(None)
def decision_for_another_cause(files: Files) -> None:
    _json(files, "decisions.json", lambda told: told["decisions"][0].update(words="未看照片"))


@_named(None)
def appeal_words_changed(files: Files) -> None:
    _json(files, "decisions.json", lambda told: told["appeals"][0]["entries"][0].update(words="同意"))


@_named("entries add up to")
def credit_changed(files: Files) -> None:
    _json(files, "credit.json", lambda told: told[0].update(minutes=told[0]["minutes"] + 5))


@_named("entries add up to")
def credit_of_another_trainee(files: Files) -> None:
    _json(files, "credit.json", lambda told: told[0].update(trainee="2600400000000099"))


@_named("photos.json says of record")
def photo_digest_changed(files: Files) -> None:
    _json(files, "photos.json", lambda told: told[0].update(sha256="00" * 32))


@_named("photos.json names")
def photo_left_out(files: Files) -> None:
    _json(files, "photos.json", lambda told: told.pop())


@_named("is not the photo of that SHA-256")
def photo_swapped(files: Files) -> None:
    one, other = sorted(name for name in files if name.startswith("photos/"))[:2]
    files[one], files[other] = files[other], files[one]


@_named("no record of the session names")
def photo_of_somebody_else(files: Files) -> None:
    data = b"\xff\xd8\xff another"
    files[f"photos/{hashlib.sha256(data).hexdigest()}.jpg"] = data


@_named("not written as a pack writes it")
def json_with_blanks(files: Files) -> None:
    files["session.json"] = files["session.json"].replace(b",", b", ")


@_named("session.json does not hold")
def session_without_a_field(files: Files) -> None:
    _json(files, "session.json", lambda told: told.pop("breaks"))


@_named("pack says it holds|no such training session|is not the report|session's|No record|verdict")
def session_renumbered(files: Files) -> None:
    _json(files, "session.json", lambda told: told.update(session=told["session"] + 1))
