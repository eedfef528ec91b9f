"""Changes of form: other readings of one file, numbers that are none, fields too many, spans of billions."""

from __future__ import annotations

from typing import Any

from tests.ingest.pack.mutations import Files, change_json, named

_NOT_HELD = "does not hold what a pack holds there"
_ONE_FORM = "not written as a pack writes it"


def change_bytes(files: Files, name: str, old: bytes, new: bytes) -> None:
    """Change a document's text; what is to be replaced is there."""
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)


@named(_ONE_FORM)
def key_twice(files: Files) -> None:
    change_bytes(files, "session.json", b'{"absent":[]', b'{"absent":[1],"absent":[]')


@named(_NOT_HELD)
def not_a_number(files: Files) -> None:
    change_bytes(files, "session.json", b'"first":1', b'"first":NaN')


@named(_NOT_HELD)
def number_without_end(files: Files) -> None:
    change_bytes(files, "session.json", b'"first":1', b'"first":1e999')


@named(_NOT_HELD)
def number_of_five_thousand_digits(files: Files) -> None:
    change_bytes(files, "session.json", b'"first":1', b'"first":' + b"9" * 5000)


@named(_NOT_HELD)
def very_deep(files: Files) -> None:
    files["neighbours.json"] = b'{"shares":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@named(f"{_NOT_HELD}|{_ONE_FORM}")
def byte_order_mark(files: Files) -> None:
    files["session.json"] = b"\xef\xbb\xbf" + files["session.json"]


@named(_NOT_HELD)
def half_a_character(files: Files) -> None:
    change_bytes(files, "session.json", b'"school":"S"', b'"school":"\\ud800"')


@named(_ONE_FORM)
def character_by_its_number(files: Files) -> None:
    change_bytes(files, "session.json", b'"school":"S"', b'"school":"\\u0053"')


@named("session.absent is dict|absent is dict, not list")
def table_for_a_list(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.update(absent={}))


@named("is bool, not int")
def truth_for_a_number(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["decisions"][0].update(layer=True))


@named("lost is not there")
def losses_not_told(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.pop("lost"))


@named("note is no field of a pack")
def one_more_field(files: Files) -> None:
    change_json(files, "verdicts.json", lambda told: told.update(note="valid"))


@named("is missing")
def span_of_billions(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.update(last=10**12))


@named("is missing")
def span_before_the_first(files: Files) -> None:
    change_json(files, "session.json", lambda told: told.update(first=-(10**12)))


@named("neighbours.json does not hold")
def share_of_millions_of_minutes(files: Files) -> None:
    change_json(files, "neighbours.json", lambda told: told["shares"][0].update(creditable="ff" * 100_000))


@named("neighbours.json does not hold")
def share_of_ages(files: Files) -> None:
    change_json(files, "neighbours.json", lambda told: told["shares"][0].update(first_minute=0))


@named("account is named twice")
def account_twice(files: Files) -> None:
    change_json(
        files, "decisions.json", lambda told: told["accounts"].append({**told["accounts"][0], "name": "x"})
    )


@named("decision 77 is named and is not there")
def appeal_closed_by_no_decision(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["appeals"][0].update(decision=77))


@named("report.pdf does not hold")
def decided_at_no_time(files: Files) -> None:
    change_json(files, "decisions.json", lambda told: told["decisions"][0].update(at="yesterday"))


@named("registry.json does not hold|verdicts.json does not hold|records.bin does not hold")
def number_of_a_trainee_too_long(files: Files) -> None:
    change_json(files, "registry.json", lambda told: told["entries"]["trainees"][0].update(trainee=2**70))


@named("manifest names it|no public key|wrong|terminal.json")
def public_key_of_one_byte(files: Files) -> None:
    def change(told: Any) -> None:
        told["entries"][0]["public_key"] = told["keys"][0]["public_key"] = "ab"

    change_json(files, "terminal.json", change)


@named(None)
def newest_decision_dropped_with_all_that_names_it(files: Files) -> None:
    """Only the server's signature tells: what is left agrees with itself."""

    def change(told: Any) -> None:
        last = told["decisions"].pop()
        for row in told["decided"]:
            if row["decision"] == last["decision"]:
                row.update(verdict=0, decision=told["decisions"][-1]["decision"])
        told["accounts"] = [one for one in told["accounts"] if one["account"] != last["account"]]

    change_json(files, "decisions.json", change)
    change_json(files, "credit.json", lambda told: told.pop())


@named(None)
def name_turned_round(files: Files) -> None:
    change_json(files, "session.json", lambda told: told["names"].update(trainee="\u202eN"))
