"""States: every act leads only where the table says, whoever does what in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.decisions.kinds import (
    ACCEPT,
    KINDS,
    REFUSE,
    RESTORE,
    REVERSE,
    SECOND_LOOK,
    SETTLING,
    UNDO,
    Decision,
)
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import (
    APPEALED,
    DECIDED,
    FINAL,
    LEASED,
    NEW,
    STATES,
    TRANSITIONS,
    Stand,
    stand_of,
)
from ingest.decisions.who_may import (
    Person,
    check_may_confirm,
    check_may_decide,
    check_may_propose,
    undone_by,
)

PEOPLE = (
    Person(1, "school", 5),
    Person(2, "inspector", 0),
    Person(3, "inspector", 0),
    Person(4, "supervisor", 0),
    Person(5, "supervisor", 0),
    Person(6, "auditor", 0),
)
_DONE = {"school": "school decides", "inspector": "inspector decides", "supervisor": "supervisor decides"}


class Session:
    """A session of school 5 on which anybody tries anything."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self.appeal: list[int] = []  # numbers of the decisions that closed appeals; 0: open
        self.judged = b"0"
        self.before_draw, self.is_drawn = 0, False

    @property
    def stand(self) -> Stand:
        return stand_of(self.decisions, 0 in self.appeal, self.judged, self.before_draw)

    def add(self, person: Person, layer: int, kind: str, undoes: int = 0) -> int:
        number = len(self.decisions) + 1
        self.decisions.append(
            Decision(number, layer, kind, person.account, undoes=undoes, judged=self.judged)
        )
        return number

    def reopen(self, decision: int) -> None:
        if 0 not in self.appeal:
            self.appeal = [0 if one == decision else one for one in self.appeal]

    def attempt(self, person: Person, act: str) -> str:
        """Do it; which act of the table it was. Raises DecisionRefused."""
        if act in KINDS and act not in (UNDO, REVERSE):
            layer = check_may_decide(person, act, 5, self.stand, None, 0)
            number = self.add(person, layer, act)
            if layer > 1 and act in SETTLING:
                self.appeal = [number if one == 0 else one for one in self.appeal]
            return "second look" if act == SECOND_LOOK else _DONE[person.role]
        if act == UNDO:
            out = undone_by(person, self.decisions, self.stand)
            self.add(person, out.layer, UNDO, out.number)
            self.reopen(out.number)
            return "undo"
        if act == REVERSE:
            check_may_propose(PEOPLE[3], self.stand)
            check_may_confirm(person, PEOPLE[3].account)
            decision = self.stand.decision
            self.add(person, 3, REVERSE, decision)
            self.reopen(decision)
            return "reversal confirmed"
        if act == "appeal":
            if self.stand.state == FINAL or 0 in self.appeal or person.role != "school":
                raise DecisionRefused("role_may_not")
            self.appeal.append(0)
            return "appeal"
        if act == "draw":
            if self.is_drawn:
                raise DecisionRefused("role_may_not")
            self.before_draw, self.is_drawn = len(self.decisions), True
            return "drawn"
        self.judged = bytes([self.judged[0] ^ 1])
        return "machine judges otherwise"


ACTS = (ACCEPT, REFUSE, RESTORE, SECOND_LOOK, UNDO, REVERSE, "appeal", "judge", "draw")


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTS)), max_size=14))
def test_no_act_leads_where_the_table_does_not(tried: list[tuple[Person, str]]) -> None:
    session = Session()
    for person, act in tried:
        before = session.stand
        try:
            done = session.attempt(person, act)
        except DecisionRefused:
            assert session.stand == before
            continue
        after = session.stand
        if done == "machine judges otherwise" and not after.changed:
            continue  # it judges again as it did when this was decided
        assert (before.state, done, after.state) in TRANSITIONS
        assert person.role != "auditor" or act in ("judge", "draw")
        if before.state == FINAL and done not in ("machine judges otherwise", "drawn"):
            assert done == "reversal confirmed" and person == PEOPLE[4]


def test_the_table_names_known_states_and_leaves_none_a_dead_end() -> None:
    states = {NEW, DECIDED, APPEALED, FINAL}
    assert {one for one, _, _ in TRANSITIONS} == {one for _, _, one in TRANSITIONS} == states
    assert states | {LEASED} == STATES.keys()
    assert [name for name, _, _ in STATES.values()] == ["new", "leased", "decided", "appealed", "final"]
