"""A gate: the pipeline on a real database, with the broker's end in the test's hands."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from ingest.receive.admit import BEYOND_MAX
from ingest.receive.arrival import Arrival, arrival
from ingest.receive.pipeline import Pipeline
from ingest.receive.receipts import Receipt
from ingest.receive.writer import Writer
from ingest.store import conservation, heads, quarantine, registry, registry_file
from ingest.store.connection import connect
from ingest.store.heads import Head
from ingest.store.migrate import migrate
from ingest.store.quarantine import QuarantineRow
from tests.ingest.receive.terminals import registry_of


class Hands:
    """The broker's end: keeps what was acknowledged and sent."""

    def __init__(self) -> None:
        self.acknowledged: list[Arrival] = []
        self.sent: list[Receipt] = []
        self.stop = threading.Event()

    def take(self, timeout_s: float) -> list[Arrival]:
        return []

    def wait(self, seconds: float) -> bool:
        return self.stop.wait(seconds)

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        self.acknowledged += arrivals

    def send(self, receipts: Sequence[Receipt]) -> None:
        self.sent += receipts


class Gate:
    """Deliver payloads, look at what became of them."""

    def __init__(self, url: str, writer: type[Writer] = Writer, beyond_max: int = BEYOND_MAX) -> None:
        self.url = url
        self.conn = connect(url, patience_s=10)
        migrate(self.conn)
        self.hands = Hands()
        self.writer = writer(url, self.hands.wait)
        self.pipeline = Pipeline(self.writer, self.hands, self.hands.stop, beyond_max=beyond_max)

    def register(self, *numbers: int, revoked: tuple[int, ...] = ()) -> None:
        registry.load(self.conn, registry_file.check(registry_of(*numbers, revoked=revoked), "test"))

    def deliver(self, *payloads: tuple[str, bytes]) -> list[Receipt]:
        """Land these (topic, payload) as one batch; the receipts that were sent for it."""
        arrivals = [arrival(topic, payload, index + 1, 1) for index, (topic, payload) in enumerate(payloads)]
        before = len(self.hands.sent)
        self.pipeline.land(arrivals)
        assert self.hands.acknowledged[-len(arrivals) :] == arrivals
        return self.hands.sent[before:]

    def head(self, terminal: int) -> Head:
        return heads.load(self.conn, [terminal])[terminal]

    def quarantined(self) -> list[QuarantineRow]:
        return list(quarantine.read(self.conn))

    def audit(self) -> list[str]:
        return conservation.audit(self.conn)

    def close(self) -> None:
        self.hands.stop.set()
        self.writer.close()
        self.conn.close()


@pytest.fixture
def gate(postgres_url: str) -> Iterator[Gate]:
    """A gate on a fresh database."""
    made = Gate(postgres_url)
    yield made
    made.close()
