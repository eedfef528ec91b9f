"""Enrols one person in the face module, or forgets one, step by step: what the server's orders ask for."""

from firmware.terminal.identity import face_commands as fc

DONE = 0
REFUSED = 1
ENROLL_S = 20
# The module counts its faces from 1; an FM225 holds 100, none of the family more than this.
LAST_ID = 200


def name_for(role, person):
    """The name under which a person is enrolled: "I" or "T" and 16 digits."""
    return ("%s%016d" % ("I" if role == 1 else "T", person)).encode()


class FaceOrder:
    """begin one, then step() until it gives (outcome, value): DONE and the module's number of the face that
    it enrolled or, last, deleted (0 when there was nothing to forget), or REFUSED and the module's outcome
    (see face_commands).

    A module may hold one person twice: every face of the name goes, but the one that was just enrolled.
    """

    def __init__(self, module, role, person):
        self._module = module
        self._name = name_for(role, person)
        self._face_id = 0
        self._enrolled = 0
        self._done = 0

    def enroll(self, now_ms):
        """Enrol whoever is before the camera, then forget the person's earlier faces; False while the module
        is busy."""
        return self._module.enroll(self._name, ENROLL_S, now_ms)

    def forget(self, now_ms):
        """Look for the person's faces and delete them; False while the module is busy."""
        self._face_id = 1
        return self._module.user(1, now_ms)

    def step(self, now_ms):
        """(outcome, value) when it is over, else None."""
        answer = self._module.poll(now_ms)
        if answer is None:
            return None
        known = answer.outcome == fc.MATCH
        if answer.command == fc.GET_USER:
            if known and answer.name == self._name and self._face_id != self._enrolled:
                self._module.delete_one(self._face_id, now_ms)
                return None
            known = known or answer.outcome == fc.UNKNOWN_FACE
        if not known:
            return REFUSED, answer.outcome
        if answer.command == fc.DELETE_ONE:
            if not self._enrolled:
                self._done = self._face_id
        elif answer.command != fc.GET_USER:
            self._enrolled = self._done = answer.face_id
        if self._face_id == LAST_ID:
            return DONE, self._done
        self._face_id += 1
        self._module.user(self._face_id, now_ms)
        return None
