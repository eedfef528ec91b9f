"""What a terminal signed is found again in stored records; what was changed or put in hangs on nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import records
from firmware.wire.fields import HEAD
from ingest.judge.evidence import Signatures
from ingest.judge.register.facts import key_number
from ingest.measure.chain import AWAITED, HOLDS, OTHER_KEY, OTHER_RECORD, WRONG, Chains, HeadState, digests_of
from ingest.measure.stored import records_of
from tests.firmware.wire.strategies import record_values
from tests.ingest.receive.terminals import Terminal

NUMBER = 9001


class Row(NamedTuple):
    terminal: int
    seq: int
    kind: int
    record: bytes


PAIR = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def public(pair: Ed25519PrivateKey) -> bytes:
    return pair.public_key().public_bytes_raw()


def sign(terminal: Terminal, through: int, pair: Ed25519PrivateKey = PAIR, spoil: str = "") -> bytes:
    """A HEAD record over record through, at the journal's end."""
    head = records.digest(terminal.records[through - 1]) if through <= len(terminal.records) else bytes(32)
    head = bytes(32) if spoil == "head" else head
    signature = pair.sign(records.head_message(terminal.number, through, head))
    signature = bytes(64) if spoil == "signature" else signature
    key = hashlib.sha256(public(pair)).digest()[:8]
    return terminal.write(HEAD, through=through, head=head, key=key, signature=signature)


def journal(*heads_after: int) -> Terminal:
    """Diagnostics, and after each of the given seqs a HEAD over it, two records later."""
    terminal = Terminal(NUMBER)
    while len(terminal.records) < 30:
        seq = len(terminal.records)
        if seq - 2 in heads_after:
            sign(terminal, seq - 2)
        else:
            terminal.diagnostic(seq)
    return terminal


def look(
    stored: Iterable[tuple[int, bytes]], *pairs: Ed25519PrivateKey, piece: int = 7
) -> tuple[list[tuple[int, int, bool]], list[HeadState]]:
    """(first_seq, last_seq, holds) and the states, by these keys."""
    chains = Chains({NUMBER: [public(pair).hex() for pair in pairs or (PAIR,)]})
    given_ = [Row(NUMBER, seq, record[0], record) for seq, record in stored]
    for begin in range(0, len(given_), piece):
        chains.take(records_of(given_[begin : begin + piece]))
    found: Signatures = chains.signatures()
    assert set(found.terminal.tolist()) <= {NUMBER}
    assert set(found.key.tolist()) <= {key_number(public(pair).hex()) for pair in pairs or (PAIR,)}
    rows = zip(found.first_seq.tolist(), found.last_seq.tolist(), found.holds.tolist(), strict=True)
    return sorted(rows, key=lambda row: row[1]), chains.states


def whole(terminal: Terminal) -> list[tuple[int, bytes]]:
    return list(enumerate(terminal.records, start=1))


def test_one_signature_covers_all_before_it() -> None:
    ranges, states = look(whole(journal(5, 20)))
    assert ranges == [(1, 20, True)]
    assert states == [HeadState(NUMBER, 8, 5, HOLDS), HeadState(NUMBER, 23, 20, HOLDS)]


def test_thinned_minutes_are_covered_as_the_whole_ones() -> None:
    terminal = Terminal(NUMBER)
    for _ in range(3):
        terminal.minute()
    sign(terminal, 3)
    thin = records.thin(terminal.records[1])
    assert thin is not None
    stored = whole(terminal)
    stored[1] = (2, thin)
    assert look(stored)[0] == [(1, 3, True)]


def test_a_missing_record_ends_what_is_covered() -> None:
    stored = [row for row in whole(journal(5, 20)) if row[0] != 12]
    assert look(stored)[0] == [(1, 5, True), (13, 20, True)]


def test_a_record_put_in_or_changed_in_the_database_hangs_on_nothing() -> None:
    terminal = journal(5, 20)
    stored = whole(terminal)
    stored[11] = (12, records.encode(records.decode(stored[11][1]) | {"value": 999}))
    assert look(stored)[0] == [(1, 5, True), (13, 20, True)]
    stored = whole(terminal)
    stored[19] = (20, records.encode(records.decode(stored[19][1]) | {"value": 999}))
    assert look(stored)[0] == [(1, 5, True), (1, 20, False)]
    assert look(stored)[1][1].state == OTHER_RECORD


@pytest.mark.parametrize(("spoil", "state"), [("signature", WRONG), ("head", OTHER_RECORD)])
def test_a_wrong_signature_speaks_against_what_it_covers(spoil: str, state: int) -> None:
    terminal = journal(5)
    sign(terminal, 30, spoil=spoil)
    ranges, states = look(whole(terminal))
    assert ranges == [(1, 5, True), (1, 30, False)]
    assert states[1] == HeadState(NUMBER, 31, 30, state)


def test_a_head_may_come_before_the_record_it_speaks_of() -> None:
    stored = whole(journal(5))
    ranges, states = look([row for row in stored if row[0] >= 7])
    assert (ranges, states[0].state) == ([], AWAITED)


def test_another_key_holds_for_nobody() -> None:
    terminal = journal()
    sign(terminal, 30, pair=OTHER)
    ranges, states = look(whole(terminal))
    assert (ranges, states[0].state) == ([(1, 30, False)], OTHER_KEY)
    assert look(whole(terminal), PAIR, OTHER)[0] == [(1, 30, True)]


def test_a_signature_for_another_terminal_is_wrong() -> None:
    terminal = journal()
    head = records.digest(terminal.records[-1])
    key = hashlib.sha256(public(PAIR)).digest()[:8]
    signature = PAIR.sign(records.head_message(NUMBER + 1, 30, head))
    terminal.write(HEAD, through=30, head=head, key=key, signature=signature)
    assert look(whole(terminal))[1][0].state == WRONG


def test_nothing_is_looked_at_without_a_public_key() -> None:
    chains = Chains({})
    chains.take(records_of([Row(NUMBER, seq, record[0], record) for seq, record in whole(journal(5))]))
    assert len(chains.signatures()) == 0 and chains.states == []


@given(st.lists(record_values(), min_size=1, max_size=6))
def test_digests_are_those_of_the_wire(made: list[dict[str, Any]]) -> None:
    """Whole minutes, thinned ones and all other records."""
    whole = [records.encode(values) for values in made]
    both = [record for one in whole for record in (one, records.thin(one)) if record is not None]
    rows = [Row(NUMBER, seq, record[0], record) for seq, record in enumerate(both)]
    assert digests_of(records_of(rows)) == [records.digest(record) for record in both]


def test_how_records_are_cut_into_pieces_changes_nothing() -> None:
    terminal = journal(5, 12, 20)
    stored = [row for row in whole(terminal) if row[0] not in (9, 22)]
    assert look(stored, piece=1) == look(stored, piece=4) == look(stored, piece=100)
