"""The background work where it needs no board: updates without a key, proof over the cable, refused heads."""

from types import SimpleNamespace
from typing import Any

import pytest

from firmware.terminal.chores import Chores


def bare(**parts: Any) -> Any:
    chores = Chores.__new__(Chores)
    for name, part in {"update": None, "proof": None, "_in_real_time": False, "_head": None, **parts}.items():
        setattr(chores, name, part)
    return chores


def test_without_a_release_key_there_are_no_updates_and_the_terminal_starts() -> None:
    app = SimpleNamespace(slots=SimpleNamespace(proven=False), settings={"release_key": ""})
    chores = bare()
    chores._open_slots(app, SimpleNamespace(name="unix"))
    assert chores.update is None and chores.proof is not None


@pytest.mark.parametrize(("ways", "proven"), [(None, 1), (False, 1), (True, 0)])
def test_only_the_network_proves_the_network(ways: bool | None, proven: int) -> None:
    transfers: list[int] = []
    proof = SimpleNamespace(good=False, transfer=lambda: transfers.append(1))
    on_cable = None if ways is None else SimpleNamespace(on_cable=ways)
    bare(proof=proof, _app=SimpleNamespace(ways=on_cable))._on_server_time(1789430400)
    assert len(transfers) == proven


def test_a_head_that_the_journal_refuses_is_written_later() -> None:
    written: list[int] = []
    full = [True]

    def write(kind: int, body: dict[str, int]) -> None:
        if full[0]:
            raise OSError(28)
        written.append(body["through"])

    body = {"through": 7}
    bodies = [body]
    signer = SimpleNamespace(busy=False, step=lambda: None, finished=lambda: bodies.pop() if bodies else None)
    app = SimpleNamespace(
        session=SimpleNamespace(in_training=False), screen=SimpleNamespace(show=lambda *a: None)
    )
    orders = SimpleNamespace(step=lambda utc_s: None)
    chores = bare(_signer=signer, _app=app, orders=orders, _write=write, _head=body)
    with pytest.raises(OSError):
        chores.step(0)
    full[0] = False
    chores.step(0)
    chores.step(0)
    assert written == [7]
