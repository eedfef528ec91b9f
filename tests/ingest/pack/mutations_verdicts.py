"""Changes of verdicts, sums, decisions, credit, photos and forms."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.ingest.pack.mutations import Files, change_json, named


@named("pack says verdict accepted")
def verdict_changed(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told["minutes"][0].update(verdict=0))


@named("pack says reasons")
def reason_removed(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told["minutes"][0]["reasons"].pop())


@named("pack says numbers")
def number_changed(files: Files) -> None:
    change_json(
        files,
        "verdicts.json",
        lambda told: told["minutes"][0]["numbers"]["OVERLAP_TRAINEE"].update(other_session=7),
    )


@named("has no verdict")
def minute_left_out(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told["minutes"].pop())


@named("another order")
def minutes_reordered(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told["minutes"].reverse())


@named("session's minutes_accepted")
def sum_changed(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told["outcome"].update(minutes_accepted=14))


@named("session's training_hours")
def hours_changed(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told["outcome"].update(training_hours=1))


@named("minutes are said to be decided")
def decided_minute_changed(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["decided"][0].update(verdict=0))


@named("minutes are said to be decided")
def decision_widened(files: Files) -> None:
    def change(told: Any) -> None:
        told["decisions"][0]["accepts"].append(told["decided"][-1]["minute"] + 1)

    change_json(files, "decisions.json", change)


@named("not in the order of time|minutes are said")
def decisions_reordered(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["decisions"].reverse())


@named("entries add up to")
def decision_removed(files: Files) -> None:
    def change(told: Any) -> None:
        told["decisions"], told["decided"] = [], []

    change_json(files, "decisions.json", change)


@named("is not among the accounts")
def decision_by_nobody(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["decisions"][0].update(account=99))


@named(None)
def decision_by_somebody_else(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["accounts"][0].update(name="zhang"))


@named(None)
def decision_for_another_cause(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["decisions"][0].update(words="未看照片"))


@named(None)
def appeal_words_changed(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["appeals"][0]["entries"][0].update(words="同意"))


@named("entries add up to")
def credit_changed(files: Files) -> None:
    change_json(files, "credit.json", lambda told: told[0].update(minutes=told[0]["minutes"] + 5))


@named("entries add up to")
def credit_of_another_trainee(files: Files) -> None:
    change_json(files, "credit.json", lambda told: told[0].update(trainee="2600400000000099"))


@named("photos.json says of record")
def photo_digest_changed(files: Files) -> None:
    change_json(files, "photos.json", lambda told: told[0].update(sha256="00" * 32))


@named("photos.json names")
def photo_left_out(files: Files) -> None:
    change_json(files, "photos.json", lambda told: told.pop())


@named("is not the photo of that SHA-256")
def photo_swapped(files: Files) -> None:
    one, other = sorted(name for name in files if name.startswith("photos/"))[:2]
    files[one], files[other] = files[other], files[one]


@named("no record of the session names")
def photo_of_somebody_else(files: Files) -> None:
    data = b"\xff\xd8\xff another"
    files[f"photos/{hashlib.sha256(data).hexdigest()}.jpg"] = data


@named("not written as a pack writes it")
def json_with_blanks(files: Files) -> None:
    files["session.json"] = files["session.json"].replace(b",", b", ")


@named("session.json does not hold")
def session_without_a_field(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.pop("breaks"))


@named("pack says it holds|no such training session|is not the report|session's|No record|verdict")
def session_renumbered(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.update(session=told["session"] + 1))


@named("envelopes that brought the records|not those that brought")
def envelope_left_out(files: Files) -> None:
    change_json(files, "envelopes.json", lambda told: told.pop())


@named(None)
def seal_changed(files: Files) -> None:
    change_json(files, "envelopes.json", lambda told: told[0].update(seal="00" * 32))
