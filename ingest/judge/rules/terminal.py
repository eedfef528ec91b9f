"""The terminal and its records: registered, in force, signed in, without a hole."""

from ingest.judge.model import REVOKED, UNKNOWN, Case, Finding, RuleSet
from ingest.judge.rules.findings import note, refuse


def unknown(case: Case, rules: RuleSet) -> Finding:
    """The registry has no entry for the terminal."""
    return refuse(case.terminal_state == UNKNOWN)


def revoked(case: Case, rules: RuleSet) -> Finding:
    """No entry of the registry covers this minute, or it lies after the revocation."""
    return refuse(case.terminal_state == REVOKED)


def session_unknown(case: Case, rules: RuleSet) -> Finding:
    """No sign-in of this trainee with this instructor for this course opened the minute's session."""
    return refuse(~case.sign_in_fits)


def seq_gap(case: Case, rules: RuleSet) -> Finding:
    """The record just before this one has not arrived."""
    return note(case.gap_before, seq=case.minutes.seq)
