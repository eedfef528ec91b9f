"""Drawn sessions are dealt: who may decide which, and until when."""

from __future__ import annotations

from datetime import timedelta

from ingest.casework import audit
from ingest.casework.deciding import decide as acts
from ingest.casework.deciding import lease as leases
from ingest.casework.drawing import blind, draw, repeats, sealed
from ingest.decisions.refusals import DecisionRefused
from ingest.store.connection import Connection
from ingest.store.desk.draws import dealt
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import seen as draws_seen
from ingest.store.desk.queue.filters import Filters
from tests.ingest.casework.drawing.office import (
    DAY,
    MINUTE,
    Office,
    accept,
    by_names,
    refuse,
)
from tests.ingest.casework.people import refused_as


def test_each_is_dealt_to_one_and_a_repeat_to_two_and_nobody_else_decides_it(office: Office) -> None:
    conn, twice = office.conn, office.repeats()
    hands = {
        (one.terminal, one.session): dealt.waited_for(conn, (one.terminal, one.session))
        for one in draws_seen.drawn(conn, DAY)
    }
    assert len(hands) == 20 and len(twice) == 2
    assert all(len(some) == (2 if key in twice else 1) for key, some in hands.items())
    for key, some in hands.items():
        for account, who in office.inspectors.items():
            if account in some:
                taken = blind.lease(conn, who, *key)
                assert (taken.terminal, taken.session) == key
                continue
            with refused_as("dealt_to_another"):
                blind.lease(conn, who, *key)
            with refused_as("dealt_to_another"):
                accept(office, who, key)
    # No lease is written, which another would see.
    assert conn.execute("SELECT count(*) FROM queue_entry WHERE owner IS NOT NULL").fetchone() == (0,)


def test_next_hands_out_what_is_dealt_and_leaves_out_the_rest(office: Office) -> None:
    for who in office.inspectors.values():
        mine = {
            (one.terminal, one.session)
            for one in draws_seen.drawn(office.conn, DAY)
            if who.account in dealt.waited_for(office.conn, (one.terminal, one.session))
        }
        with office.conn.transaction(force_rollback=True):
            got = set()
            while True:
                try:
                    row, _ = leases.next_for(office.conn, who, Filters())
                except DecisionRefused as refused:
                    assert refused.code == "nothing_waits"
                    break
                key = (row.terminal, row.session)
                assert key not in got
                got.add(key)
                accept(office, who, key)
            assert got == mine


def test_an_ordinary_one_that_is_sent_on_is_open_to_the_others(office: Office) -> None:
    twice = office.repeats()
    drawn = [(one.terminal, one.session) for one in draws_seen.drawn(office.conn, DAY)]
    key = next(key for key in drawn if key not in twice)
    (account,) = dealt.waited_for(office.conn, key)
    blind.decide(office.conn, office.inspectors[account], *key, "second_look", (), "unclear")
    for who in office.inspectors.values():
        if who.account == account:
            with refused_as("second_look_by_another"):
                blind.lease(office.conn, who, *key)
        else:
            blind.lease(office.conn, who, *key)
            leases.release(office.conn, who, *key)


def test_who_leaves_is_not_waited_for_and_the_seal_opens(office: Office) -> None:
    key = office.repeats()[0]
    one, two, other = office.two(key)
    refuse(office, one, key, MINUTE)
    assert sealed.open_overdue(office.conn) == []
    office.conn.execute("UPDATE account SET is_active = false WHERE id = %s", (two.account,))
    assert sealed.open_overdue(office.conn) == [key]
    assert by_names(office, key) == [one.name] and sealed.open_overdue(office.conn) == []
    assert acts.undo(office.conn, one, *key).after == 2
    assert accept(office, one, key) > 0
    assert blind.lease(office.conn, other, *key).session == key[1]


def test_a_seal_on_what_is_no_longer_judged_is_dropped_aloud(office: Office) -> None:
    key = office.repeats()[0]
    one, two, _ = office.two(key)
    accept(office, one, key)
    office.conn.execute("UPDATE account SET is_active = false WHERE id = %s", (two.account,))
    for table in ("queue_entry", "own_verdict", "session_outcome"):
        office.conn.execute(f"DELETE FROM {table} WHERE (terminal, session) = (%s, %s)".encode(), key)
    assert sealed.open_overdue(office.conn) == [] and dealt.sealed(office.conn, key) is None
    (last,) = office.conn.execute("SELECT action, account FROM audit_log ORDER BY entry DESC LIMIT 1")
    assert last == ("repeat.drop", one.account)


def test_after_the_term_everybody_decides_and_there_is_no_repeat(closed: Connection) -> None:
    draw.run(closed, audit.SYSTEM, DAY, timedelta(0))
    office = Office(closed)
    key = office.repeats()[0]
    assert dealt.waited_for(closed, key) == []
    assert accept(office, next(iter(office.inspectors.values())), key) > 0
    assert repeats.repeat_key(closed, DAY) == draws.key_of(closed, DAY)


def test_who_decided_before_the_draw_is_not_dealt_it(closed: Connection) -> None:
    office = Office(closed)
    early, *_ = office.inspectors.values()
    closed.execute(
        "INSERT INTO decision (terminal, session, layer, kind, account, cause, words, judged, judged_under)"
        " SELECT 11, n, 2, 'accept', %s, 'other', 'x', sha256(''), 'x' FROM generate_series(1, 400) n",
        (early.account,),
    )
    draw.run(closed, audit.SYSTEM, DAY)
    hands = [dealt.waited_for(closed, (one.terminal, one.session)) for one in draws_seen.drawn(closed, DAY)]
    assert len(hands) == 20 and all(hands) and not any(early.account in some for some in hands)


def test_who_decided_before_the_draw_stays_out_when_another_sends_it_on(closed: Connection) -> None:
    office = Office(closed)
    early, two, three = office.inspectors.values()
    closed.execute(
        "INSERT INTO decision (terminal, session, layer, kind, account, cause, words, judged, judged_under)"
        " SELECT 11, n, 2, 'accept', %s, 'other', 'x', sha256(''), 'x' FROM generate_series(1, 400) n",
        (early.account,),
    )
    draw.run(closed, audit.SYSTEM, DAY)
    key = next(
        (one.terminal, one.session) for one in draws_seen.drawn(closed, DAY) if one.accounts == [two.account]
    )
    blind.decide(closed, two, *key, "second_look", (), "unclear")
    for act in (blind.lease, lambda conn, who, *key: accept(office, who, key)):
        with refused_as("second_look_by_another"):
            act(closed, early, *key)
    with refused_as("nothing_waits"):
        leases.next_for(closed, early, Filters(search=f"{key[0]}/{key[1]}"))
    assert accept(office, three, key) > 0
