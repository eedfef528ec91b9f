"""Stored records sorted by kind: minutes go on as bytes, block by block, the rest becomes columns."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

import numpy as np

from firmware.wire import fields, records
from firmware.wire.errors import DecodeError
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import Evidence, MinuteMeasures
from ingest.measure.chain import Chains, PublicKeys
from ingest.measure.kept import Kept
from ingest.measure.plain import decode_plain
from ingest.measure.stored import Records, Row, records_of

log = logging.getLogger(__name__)

MINUTES = (fields.MINUTE, fields.MINUTE_THIN)


class Sorter:
    """Takes records in (terminal, seq) order. unreadable: records that were left out, each told in the log.

    careful: look at every minute record by itself first and leave out those that cannot be read.
    """

    def __init__(self, public_keys: PublicKeys, careful: bool = False) -> None:
        self._careful = careful
        self._kept = Kept()
        self._taken = 0
        self.chains = Chains(public_keys)
        self.unreadable = 0

    def minute_blocks(self, chunks: Iterable[Iterable[Row]]) -> Iterator[list[bytes]]:
        """The minute records of each chunk that has any."""
        for chunk in chunks:
            rows = list(chunk)
            block = [rows[row].record for row in self.take(records_of(rows)).tolist()]
            if block:
                yield block

    def take(self, some: Records) -> Ints:
        """Take records; which of them are minutes to be measured."""
        is_minute: Bools = np.isin(some.kind, MINUTES)
        readable = is_minute.copy()
        if self._careful:
            for row in np.flatnonzero(is_minute).tolist():
                readable[row] = _fault(some, row) is None
        for kind in np.unique(some.kind[~is_minute]).tolist():
            rows = np.flatnonzero(some.kind == kind)
            if kind in fields.BODY:
                plain = decode_plain(kind, some.body, some.start[rows], some.size[rows])
                rows = rows[plain.rows]
                readable[rows] = True
                self._kept.add(kind, rows + self._taken, plain)
        for row in np.flatnonzero(~readable).tolist():
            self._skip(some, row)
        self._taken += len(readable)
        self.chains.take(some.take(readable))
        return np.flatnonzero(is_minute & readable)

    def evidence(self, measures: list[MinuteMeasures]) -> Evidence:
        """All of it, once the blocks are used up."""
        kept = self._kept
        return Evidence(
            MinuteMeasures.concat(measures),
            kept.checks(),
            kept.marks(),
            kept.others(),
            kept.times(),
            self.chains.signatures(),
            kept.lost(),
            kept.photos(),
            kept.diagnostics(),
        )

    def _skip(self, some: Records, row: int) -> None:
        self.unreadable += 1
        log.error(
            "Record %d of terminal %016d in the evidence cannot be read (%s) and is not judged; "
            "compare it with the terminal's journal.",
            some.seq[row],
            some.terminal[row],
            _fault(some, row),
        )


def _fault(some: Records, row: int) -> str | None:
    """Why a record cannot be read; None where it can."""
    record, filed = some.record(row), int(some.kind[row])
    try:
        records.decode(record)
    except DecodeError as fault:
        return str(fault)
    same = record[0] == filed or (record[0] in MINUTES and filed in MINUTES)
    return None if same else f"it is of kind {record[0]} and filed as {filed}"
