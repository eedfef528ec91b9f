"""A lease keeps two inspectors apart: who holds it, until when, who may take or renew it."""

from __future__ import annotations

from typing import NamedTuple

from ingest.decisions.refusals import DecisionRefused

LEASE_S = 600
"""How long a lease runs unless it is renewed."""


class Lease(NamedTuple):
    """owner: account; until_s: Unix second at which it ends (exclusive)."""

    owner: int
    until_s: int


def is_held(lease: Lease | None, now_s: int) -> bool:
    """Whether a lease still runs."""
    return lease is not None and now_s < lease.until_s


def taken(lease: Lease | None, account: int, now_s: int, not_owner: int = 0) -> Lease:
    """The lease that this account holds from now on; its own is renewed.

    Raises DecisionRefused lease_held while another's runs, second_look_by_another for not_owner.
    """
    if lease is not None and is_held(lease, now_s) and lease.owner != account:
        raise DecisionRefused("lease_held", until_s=lease.until_s)
    if account == not_owner:
        raise DecisionRefused("second_look_by_another")
    return Lease(account, now_s + LEASE_S)
