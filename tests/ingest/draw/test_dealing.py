"""To whom drawn sessions are dealt: by chance, the same whoever derives it, and little moved by who comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.draw.dealing import dealt_to

ACCOUNTS = st.sets(st.integers(1, 99), max_size=8)


@given(ACCOUNTS, st.booleans(), st.text(max_size=8), st.integers(1, 99))
def test_who_comes_or_goes_moves_only_his_own_sessions(
    accounts: set[int], is_repeat: bool, line: str, other: int
) -> None:
    found = dealt_to("seed", "key", line, accounts, is_repeat)
    assert len(found) == len(set(found)) == min(len(accounts), 2 if is_repeat else 1)
    assert found == dealt_to("seed", "key", line, sorted(accounts, reverse=True), is_repeat)
    assert dealt_to("seed", "key", line, accounts, False) == found[:1]
    with_other = dealt_to("seed", "key", line, accounts | {other}, is_repeat)
    assert set(with_other) <= {*found, other}


def test_everybody_gets_an_equal_share_and_the_key_matters() -> None:
    lines = [f"line {n}" for n in range(900)]
    shares = [
        sum(dealt_to("seed", "key", one, (1, 2, 3), False) == [who] for one in lines) for who in (1, 2, 3)
    ]
    # 300 each; one in a thousand draws would lie beyond 4 standard deviations of 14.
    assert all(abs(share - 300) < 57 for share in shares)
    other = sum(
        dealt_to("seed", "key", one, (1, 2, 3), False) == dealt_to("seed", "other", one, (1, 2, 3), False)
        for one in lines
    )
    assert abs(other - 300) < 57
