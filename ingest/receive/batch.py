"""One batch worked out in memory: arrivals in, a Landing and its receipts out. Nothing is stored here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from firmware.wire import records
from firmware.wire.fields import FACE_CHECK, MINUTE_THIN, ORDER, PHOTO
from firmware.wire.reasons import BY_NUMBER, MALFORMED
from ingest.receive.admit import BEYOND_MAX, Admitted, Chain, Digests, admit
from ingest.receive.arrival import Arrival
from ingest.receive.facts import Facts
from ingest.receive.open import Opened, Refusal, open_payload
from ingest.receive.receipts import Receipt, receipts
from ingest.receive.standstill import Stand
from ingest.store.evidence import EvidenceRow
from ingest.store.heads import Head
from ingest.store.landing import Landing
from ingest.store.orders import News
from ingest.store.parts import filed_us
from ingest.store.photos import Named
from ingest.store.quarantine import QuarantineRow

log = logging.getLogger(__name__)

_TELLING = (FACE_CHECK, PHOTO, ORDER)


@dataclass(slots=True)
class Served:
    """What a batch admitted of one terminal: (first, last) of each envelope, the last one's key and time."""

    key: bytes
    received_us: int = 0
    admitted: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What a batch comes to: what to store, then what to say, and how its terminals stand.

    heard: terminal -> the key it sealed with, of every terminal of which something was admitted.
    """

    landing: Landing
    receipts: list[Receipt]
    heard: dict[int, bytes] = field(default_factory=dict)
    stands: dict[int, Stand] = field(default_factory=dict)


def open_all(arrivals: Sequence[Arrival], facts: Facts) -> list[Opened | Refusal | None]:
    """Open every payload; whatever goes wrong with one is its refusal, never the batch's. None: no envelope
    was to be expected."""
    results: list[Opened | Refusal | None] = []
    for item in arrivals:
        if item.is_bulk:
            results.append(None)
            continue
        try:
            results.append(open_payload(item.topic, item.payload, item.size, facts, item.received_us))
        except Exception as fault:
            log.exception("A payload on %s could not be opened.", item.topic)
            results.append(Refusal(MALFORMED, f"{type(fault).__name__}: {fault}"))
    return results


def work_out(
    arrivals: Sequence[Arrival],
    results: Sequence[Opened | Refusal | None],
    heads: dict[int, Head],
    stored: Digests,
    beyond_max: int = BEYOND_MAX,
) -> Outcome:
    """Admit the opened payloads in order of arrival. heads are moved on where they are: whoever does not
    commit the landing must forget them."""
    landing = Landing(received=sum(item.records for item in arrivals))
    chains: dict[int, Chain] = {}
    served: dict[int, Served] = {}
    for item, opened in zip(arrivals, results, strict=True):
        result: Admitted | Refusal
        if opened is None:
            continue
        if isinstance(opened, Refusal):
            result = opened
        else:
            chain = chains.get(opened.terminal)
            if chain is None:
                chain = chains[opened.terminal] = Chain(heads[opened.terminal])
            result = admit(chain, opened, stored, beyond_max)
            if isinstance(result, Admitted):
                _add_rows(landing, item, opened, result)
                if result.new:
                    chain.head.received_us = max(chain.head.received_us, item.received_us)
                landing.duplicates += result.duplicates
                this = served.setdefault(opened.terminal, Served(opened.key))
                this.key, this.received_us = opened.key, item.received_us
                this.admitted.append((opened.first_seq, opened.last_seq))
                continue
        landing.quarantine.append(_quarantined(item, result))
    moved = {row.terminal for row in landing.rows}
    landing.heads = [chains[terminal].head for terminal in moved]
    heard = {terminal: this.key for terminal, this in served.items()}
    return Outcome(landing, _receipts(chains, served), heard, _stands(chains, landing.quarantine))


def refuse(item: Arrival, detail: str) -> Outcome:
    """Put one payload aside that the database itself would not take."""
    quarantine = [] if item.is_bulk else [_quarantined(item, Refusal(MALFORMED, detail))]
    return Outcome(Landing(quarantine=quarantine, received=item.records), [])


def _add_rows(landing: Landing, item: Arrival, opened: Opened, admitted: Admitted) -> None:
    count = len(opened.records)
    if admitted.new and admitted.duplicates:
        again = set(range(count)).difference(admitted.new)
        landing.came_thin += [
            (opened.terminal, opened.seal, opened.shapes[index].seq)
            for index in again
            if opened.shapes[index].kind == MINUTE_THIN
        ]
    for index in admitted.new:
        shape = opened.shapes[index]
        if shape.kind in _TELLING:
            _tell(landing, opened.records[index], item)
        landing.rows.append(
            EvidenceRow(
                opened.terminal,
                shape.seq,
                filed_us(shape.utc_s * 1_000_000, item.received_us),
                item.received_us,
                shape.session,
                opened.first_seq,
                count,
                shape.kind,
                opened.seal,
                opened.records[index],
            )
        )


def _tell(landing: Landing, record: bytes, item: Arrival) -> None:
    """What a record says of a photo or an order that the store follows."""
    values = records.decode(record)
    terminal, seq = values["terminal"], values["seq"]
    if values["kind"] == ORDER:
        told = (values[name] for name in ("order", "code", "outcome", "value"))
        landing.news.append(News(terminal, *told))
    elif any(values["photo"]):
        at_us = filed_us(values["utc_s"] * 1_000_000, item.received_us)
        landing.named.append(Named(terminal, seq, values["photo"], at_us))


def _receipts(chains: dict[int, Chain], served: dict[int, Served]) -> list[Receipt]:
    """For each terminal of which something was admitted, though it be nothing new."""
    made: list[Receipt] = []
    for terminal, this in served.items():
        made += receipts(chains[terminal].head, this.admitted, this.key, this.received_us // 1_000_000)
    return made


def _stands(chains: dict[int, Chain], quarantine: list[QuarantineRow]) -> dict[int, Stand]:
    stands = {
        terminal: Stand(chain.head.through, len(chain.head.beyond), chain.head.through > chain.began)
        for terminal, chain in chains.items()
    }
    for row in quarantine:
        if row.terminal is not None:
            stands.setdefault(row.terminal, Stand()).refused[row.reason] += row.records
    return stands


def _quarantined(item: Arrival, refusal: Refusal) -> QuarantineRow:
    log.info(
        "Quarantined a payload on %s: %s (%s).", item.topic, BY_NUMBER[refusal.reason][1], refusal.detail
    )
    return QuarantineRow(
        item.received_us,
        item.topic,
        refusal.reason,
        refusal.terminal,
        refusal.seq,
        item.records,
        item.size,
        item.payload,
        refusal.detail,
    )
