"""A human decides on one session: decision, minutes, ledger, queue and audit entry in one transaction."""

from __future__ import annotations

from typing import NamedTuple

from ingest.casework import audit
from ingest.casework.deciding import overlay
from ingest.casework.deciding.overlay import Now
from ingest.casework.deciding.queue import plain
from ingest.casework.who import SCHOOL as SCHOOL_ROLE
from ingest.casework.who import Who
from ingest.decisions.causes import check_cause, check_cause_holds
from ingest.decisions.choose import Chosen, said_of
from ingest.decisions.kinds import ACCEPT, REVERSE, SCHOOL, SECOND_LOOK, SETTLING, UNDO
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import STATES
from ingest.decisions.who_may import (
    check_free,
    check_may_confirm,
    check_may_decide,
    check_may_propose,
    layer_of,
    undone_by,
)
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from ingest.store.desk.deciding import appeals, decisions
from ingest.store.desk.deciding.decisions import NewDecision


class Decided(NamedTuple):
    """What became of a session. decision: the new entry's number; state: its name; before, after: minutes
    that count; seen: as it stands now, for the next act."""

    terminal: int
    session: int
    decision: int
    state: str
    before: int
    after: int
    seen: str


def decide(
    conn: Connection,
    who: Who,
    terminal: int,
    session: int,
    kind: str,
    minutes: Chosen = (),
    cause: str = "",
    words: str = "",
    *,
    seen: str = "",
) -> Decided:
    """Decide: accept, refuse, restore or second_look.

    minutes: for refuse and restore, Unix minutes or a word of ingest.decisions.choose. seen: how it stood
    when the person looked (Now.seen); '' does without. Raises DecisionRefused; then nothing was done.
    """
    with conn.transaction():
        now = overlay.one_locked(conn, who, (terminal, session))
        if seen and seen != now.seen:
            raise DecisionRefused("changed_meanwhile", seen=now.seen)
        new = entry_of(who, now, kind, minutes, cause, words)
        return _keep(conn, who, now, new, "decision.add")


def undo(
    conn: Connection, who: Who, terminal: int, session: int, cause: str = "mistaken", words: str = ""
) -> Decided:
    """Take out this person's last decision on a session. Raises DecisionRefused (is_final, nothing_to_undo)
    and then does nothing."""
    with conn.transaction():
        now = overlay.one_locked(conn, who, (terminal, session))
        words = check_cause(UNDO, cause, words)
        out = undone_by(overlay.person(who), plain(now.decided), now.stand)
        check_free(overlay.person(who), now.lease, now.now_s)
        appeals.reopen(conn, [out.number])
        new = undoing(now, who, out.number, cause, words)
        return _keep(conn, who, now, new, "decision.undo")


def undo_last(conn: Connection, who: Who) -> Decided:
    """Take out the last decision this person made on any session. Raises DecisionRefused."""
    last = decisions.last_of(conn, who.account, (*SETTLING, SECOND_LOOK))
    if last is None:
        raise DecisionRefused("nothing_to_undo")
    return undo(conn, who, last.terminal, last.session)


def propose_reversal(
    conn: Connection, who: Who, terminal: int, session: int, cause: str, words: str = ""
) -> int:
    """Propose to reverse a final decision; the proposal's number. Raises DecisionRefused."""
    with conn.transaction():
        now = overlay.one_locked(conn, who, (terminal, session))
        check_may_propose(overlay.person(who), now.stand)
        words = check_cause(REVERSE, cause, words)
        number = decisions.propose(conn, now.stand.decision, who.account, cause, words)
        if number is None:
            raise DecisionRefused("proposal_open")
        details = {"decision": now.stand.decision, "proposal": number, "cause": cause, "words": words}
        audit.note(conn, who, "reversal.propose", overlay.subject(now.key), details)
        return number


def confirm(conn: Connection, who: Who, proposal: int) -> Decided:
    """Reverse a final decision that another supervisor proposed to reverse. Raises DecisionRefused."""
    with conn.transaction():
        told = decisions.proposal(conn, proposal)
        if told is None:
            raise DecisionRefused("proposal_none")
        now = overlay.one_locked(conn, who, (told.terminal, told.session))
        check_may_confirm(overlay.person(who), told.account)
        # A second account in the same hands is no second person.
        if audit_log.holds_key_of(conn, told.account, who.account) or audit_log.holds_key_of(
            conn, who.account, told.account
        ):
            raise DecisionRefused("same_hands")
        # Closed under the session's lock: of two that confirm at once one comes too late.
        if not decisions.close_proposal(conn, proposal, who.account, "confirmed"):
            raise DecisionRefused("proposal_settled")
        if now.stand.decision != told.decision:
            raise DecisionRefused("changed_meanwhile", seen=now.seen)
        new = _entry(now, who.account, REVERSE, layer_of(overlay.person(who)), told.cause, told.words)
        new = new._replace(undoes=told.decision, proposed_by=told.account)
        appeals.reopen(conn, [told.decision])
        return _keep(conn, who, now, new, "reversal.confirm")


def decline(conn: Connection, who: Who, proposal: int) -> str:
    """Close a proposal without reversing: withdrawn by who made it, refused by another supervisor; which of
    the two. Raises DecisionRefused."""
    with conn.transaction():
        told = decisions.proposal(conn, proposal)
        if told is None:
            raise DecisionRefused("proposal_none")
        if who.role != "supervisor":
            raise DecisionRefused("role_may_not", role=who.role)
        outcome = "withdrawn" if who.account == told.account else "refused"
        if not decisions.close_proposal(conn, proposal, who.account, outcome):
            raise DecisionRefused("proposal_settled")
        details = {"decision": told.decision, "proposal": proposal, "outcome": outcome}
        audit.note(conn, who, "reversal.close", overlay.subject((told.terminal, told.session)), details)
        return outcome


def entry_of(who: Who, now: Now, kind: str, minutes: Chosen, cause: str, words: str) -> NewDecision:
    """The ledger's entry for a decision, if it may be made. Raises DecisionRefused."""
    try:
        layer = check_may_decide(overlay.person(who), kind, now.school, now.stand, now.lease, now.now_s)
    except DecisionRefused as refused:
        if refused.code == "lease_held" and who.role != SCHOOL_ROLE:
            refused.details["holder"] = now.holder
        raise
    words = check_cause(kind, cause, words)
    check_cause_holds(cause, layer, now.appeal > 0)
    # A school that accepts says nothing of minutes: they go on following the machine.
    says = not (layer == SCHOOL and kind == ACCEPT)
    accepts, refuses = said_of(kind, now.minutes, minutes) if says else ((), ())
    new = _entry(now, who.account, kind, layer, cause, words)
    chosen = minutes if isinstance(minutes, str) else ""
    return new._replace(accepts=accepts, refuses=refuses, chosen=chosen)


def closes_appeal(now: Now, new: NewDecision) -> bool:
    """Whether the decision answers the session's open appeal."""
    return now.appeal > 0 and new.layer > SCHOOL and new.kind in SETTLING


def undoing(now: Now, who: Who, decision: int, cause: str = "mistaken", words: str = "") -> NewDecision:
    """The ledger's entry that takes one of the session's decisions out, in that one's layer."""
    layer = next(row.layer for row in now.decided if row.id == decision)
    return _entry(now, who.account, UNDO, layer, cause, words)._replace(undoes=decision)


def _entry(now: Now, account: int, kind: str, layer: int, cause: str, words: str) -> NewDecision:
    return NewDecision(
        *now.key, layer, kind, account, (), (), "", cause, words, 0, 0, "", now.judged, now.judged_under
    )


def _keep(conn: Connection, who: Who, now: Now, new: NewDecision, action: str) -> Decided:
    number = decisions.add(conn, [new])[now.key]
    if closes_appeal(now, new):
        appeals.close(conn, [now.appeal], [number])
    overlay.follow(conn, [now.key])
    after = overlay.locked(conn, [now.key])[now.key]
    details = {
        "decision": number,
        "kind": new.kind,
        "layer": new.layer,
        "cause": new.cause,
        "words": new.words,
        "minutes": sorted({*new.accepts, *new.refuses}) if new.kind != "accept" else [],
        "undoes": new.undoes,
        "before": now.effective,
        "after": after.effective,
    }
    audit.note(conn, who, action, overlay.subject(now.key), details)
    state = STATES[after.stand.state][0]
    return Decided(*now.key, number, state, now.effective, after.effective, after.seen)
