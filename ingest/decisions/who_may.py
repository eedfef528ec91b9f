"""Who may decide what: by role, layer, own school, lease, second look, finality."""

from __future__ import annotations

from typing import NamedTuple

from ingest.decisions.kinds import (
    INSPECTOR,
    KINDS,
    RESTORE,
    REVERSE,
    SCHOOL,
    SECOND_LOOK,
    SETTLING,
    SUPERVISION,
    UNDO,
    Decision,
    in_force,
)
from ingest.decisions.leases import Lease, is_held
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import APPEALED, FINAL, Stand

LAYER_OF_ROLE = {"school": SCHOOL, "inspector": INSPECTOR, "supervisor": SUPERVISION}
"""The layer a role decides in; who is not here decides nothing."""


class Person(NamedTuple):
    """Who asks: account, role, and the only school it sees (role school; else 0)."""

    account: int
    role: str
    school: int


def may_see(person: Person, school: int) -> bool:
    """Whether a session of this school may be seen."""
    return person.role != "school" or (school != 0 and person.school == school)


def layer_of(person: Person) -> int:
    """The layer this person decides in. Raises DecisionRefused role_may_not."""
    if person.role not in LAYER_OF_ROLE:
        raise DecisionRefused("role_may_not", role=person.role)
    return LAYER_OF_ROLE[person.role]


def check_may_decide(
    person: Person, kind: str, school: int, stand: Stand, lease: Lease | None, now_s: int
) -> int:
    """The layer of the decision that is asked for. school: the session's.

    Raises DecisionRefused with the first thing that stands against it.
    """
    if kind not in KINDS or kind in (UNDO, REVERSE):
        raise DecisionRefused("kind_unknown", kind=kind)
    layer = layer_of(person)
    if not may_see(person, school):
        raise DecisionRefused("not_yours")
    if layer == SCHOOL and kind == RESTORE:
        raise DecisionRefused("school_cannot_restore")
    if layer == SCHOOL and kind == SECOND_LOOK:
        raise DecisionRefused("role_may_not", role=person.role)
    if stand.state == FINAL:
        raise DecisionRefused("is_final", decision=stand.decision)
    check_free(person, lease, now_s)
    if person.account == stand.not_owner:
        raise DecisionRefused("second_look_by_another")
    # Nobody judges the appeal against their own decision.
    if (
        stand.state == APPEALED
        and kind in SETTLING
        and layer != SCHOOL
        and person.account == stand.decided_by
    ):
        raise DecisionRefused("needs_second_person")
    return layer


def check_free(person: Person, lease: Lease | None, now_s: int) -> None:
    """Raises DecisionRefused lease_held while somebody else works on it."""
    if lease is not None and is_held(lease, now_s) and lease.owner != person.account:
        raise DecisionRefused("lease_held", until_s=lease.until_s)


def undone_by(person: Person, decisions: list[Decision], stand: Stand) -> Decision:
    """The decision that this person's undo takes out: the last one in force of this session, if it is theirs.

    Raises DecisionRefused: is_final, nothing_to_undo.
    """
    layer = layer_of(person)
    if stand.state == FINAL:
        raise DecisionRefused("is_final", decision=stand.decision)
    standing = [one for one in in_force(decisions) if one.layer == layer]
    if not standing or standing[-1].account != person.account:
        raise DecisionRefused("nothing_to_undo")
    return standing[-1]


def check_may_propose(person: Person, stand: Stand) -> None:
    """Raises DecisionRefused unless a supervisor proposes to reverse what is final."""
    if person.role != "supervisor":
        raise DecisionRefused("role_may_not", role=person.role)
    if stand.state != FINAL:
        raise DecisionRefused("is_not_final")


def check_may_confirm(person: Person, proposed_by: int) -> None:
    """Raises DecisionRefused unless another supervisor than the proposer confirms."""
    if person.role != "supervisor":
        raise DecisionRefused("role_may_not", role=person.role)
    if person.account == proposed_by:
        raise DecisionRefused("needs_second_person")
