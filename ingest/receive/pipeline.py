"""The pipeline: take, open, admit, commit, acknowledge, send receipts, then photos and orders; in this order
and no other.

A payload is acknowledged only after the transaction that stored or quarantined it. With the database away
the batch waits in memory, and the broker, whose window of unacknowledged payloads is full, keeps the rest.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Protocol

import psycopg

from firmware.wire.reasons import SEAL_BAD, TERM_UNKNOWN
from ingest.receive import admit, batch, bulk
from ingest.receive.arrival import Arrival
from ingest.receive.batch import Outcome
from ingest.receive.open import Opened, Refusal
from ingest.receive.order_desk import OrderDesk
from ingest.receive.receipts import Receipt
from ingest.receive.standstill import Standstills
from ingest.receive.writer import Writer
from ingest.store.conservation import Counts

log = logging.getLogger(__name__)

# SQLSTATE classes that blame the values and not the server: 21, 22, 23 and 54 (limits).
_VALUES_AT_FAULT = frozenset(("21", "22", "23", "54"))
_REGISTRY = frozenset((TERM_UNKNOWN, SEAL_BAD))
_TAKE_S = 0.25
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 5.0


class Broker(Protocol):
    """What the pipeline needs of the broker's side (ingest.receive.mqtt.BrokerLink)."""

    def take(self, timeout_s: float) -> list[Arrival]: ...

    def wait(self, seconds: float) -> bool: ...

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None: ...

    def send(self, receipts: Sequence[Receipt]) -> None: ...


class Pipeline:
    """Runs batches until stopped. counts is what this run has landed."""

    def __init__(
        self,
        writer: Writer,
        broker: Broker,
        stop: threading.Event,
        *,
        beyond_max: int = admit.BEYOND_MAX,
    ) -> None:
        """beyond_max: how far beyond a gap records are stored."""
        self._writer = writer
        self._broker = broker
        self._stop = stop
        self._beyond_max = beyond_max
        self._standstills = Standstills()
        self._orders = OrderDesk()
        self.counts = Counts()

    def run(self) -> None:
        """Work until the stop event; raises DatabaseAway when stopped while waiting for the database."""
        while not self._stop.is_set():
            arrivals = self._broker.take(_TAKE_S)
            if arrivals:
                self.land(arrivals)
            else:
                self._broker.send(self._aside([], {}, int(time.time())))

    def land(self, arrivals: Sequence[Arrival]) -> None:
        """Bring one batch home, however long that takes; then acknowledge it and send its receipts."""
        wait_s = _FIRST_WAIT_S
        pending: Outcome | None = None
        while True:
            try:
                self._writer.ready()
                if pending is None or not self._writer.has_committed(pending.landing.batch):
                    pending = None
                    pending = self._work_out(arrivals)
                    self._writer.commit(pending.landing)
                self._finish(arrivals, pending)
                return
            except psycopg.Error as fault:
                if _blames_values(fault):
                    self._split(arrivals, fault)
                    return
                log.warning(
                    "The database failed in the middle of %d payloads (%s); keeping them and trying again.",
                    len(arrivals),
                    _first_line(fault),
                )
            except (ArithmeticError, LookupError, TypeError, ValueError) as fault:
                log.exception("A batch of %d payloads could not be worked out.", len(arrivals))
                self._split(arrivals, fault)
                return
            # A connection that failed inside a pipeline can look alive and never answer again.
            self._writer.close()
            # Left unacknowledged when stopped here: the broker sends it again.
            if self._broker.wait(wait_s):
                return
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    def _work_out(self, arrivals: Sequence[Arrival]) -> Outcome:
        writer = self._writer
        writer.refresh()
        results = batch.open_all(arrivals, writer.facts)
        # Before a stranger is turned away: the registry may have been loaded a moment ago.
        strangers = any(isinstance(one, Refusal) and one.reason in _REGISTRY for one in results)
        if strangers and writer.refresh(now=True):
            results = batch.open_all(arrivals, writer.facts)
        opened = [result for result in results if isinstance(result, Opened)]
        heads = writer.heads({one.terminal for one in opened})
        asked = (admit.wanted(heads[one.terminal], one) for one in opened)
        stored = writer.digests({key for key in asked if key is not None})
        return batch.work_out(arrivals, results, heads, stored, self._beyond_max)

    def _finish(self, arrivals: Sequence[Arrival], outcome: Outcome) -> None:
        self.counts = self.counts.plus(outcome.landing.landed)
        self._broker.acknowledge(arrivals)
        self._broker.send(outcome.receipts)
        now_us = max(item.received_us for item in arrivals)
        self._broker.send(self._aside(arrivals, outcome.heard, now_us // 1_000_000))
        for sentence in self._standstills.look(outcome.stands, self._writer.facts, now_us):
            log.warning("%s", sentence)

    def _aside(self, arrivals: Sequence[Arrival], heard: dict[int, bytes], now_s: int) -> list[Receipt]:
        """What comes after the records: photos, pieces of updates, orders. A fault here costs only them: the
        terminal sends its chunk again, and an order waits for the next time."""
        said: list[Receipt] = []
        pieces = [item for item in arrivals if item.is_bulk]
        try:
            if pieces:
                answers = bulk.land(self._writer.connection, pieces, self._writer.facts)
                said += answers.sent
                heard = {**heard, **answers.heard}
            said += self._orders.due(self._writer.connection, heard, self._writer.facts, now_s)
        except (psycopg.Error, ValueError) as fault:
            # Between batches nobody waits for anything, and the next batch says what is wrong.
            level = logging.WARNING if arrivals else logging.DEBUG
            log.log(level, "Photos and orders of a batch have to wait: %s.", _first_line(fault))
        return said

    def _split(self, arrivals: Sequence[Arrival], fault: Exception) -> None:
        """Find the payload that is at fault by halving; put that one aside and bring the others home."""
        self._writer.forget()
        if len(arrivals) > 1:
            half = len(arrivals) // 2
            self.land(arrivals[:half])
            self.land(arrivals[half:])
            return
        outcome = batch.refuse(arrivals[0], f"{type(fault).__name__}: {_first_line(fault)}")
        try:
            self._writer.commit(outcome.landing)
        except psycopg.Error as again:
            # Unacknowledged and without a receipt: broker and terminal both still have it.
            log.error(
                "A payload on %s could not even be quarantined: %s.", arrivals[0].topic, _first_line(again)
            )
            return
        self._finish(arrivals, outcome)


def _blames_values(fault: psycopg.Error) -> bool:
    if isinstance(fault, psycopg.OperationalError):
        return False
    return isinstance(fault, psycopg.DataError) or (fault.sqlstate or "")[:2] in _VALUES_AT_FAULT


def _first_line(fault: BaseException) -> str:
    lines = str(fault).strip().splitlines()
    return lines[0] if lines else type(fault).__name__
