"""Stored records sorted by kind: minutes go on as bytes, block by block, the rest becomes columns.

A record made before its terminal knew the time (utc_s 0) gets it from a TIME record of the same boot,
whichever came first: the boot's ticks tell the way between.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import fields as dataclass_fields
from typing import Any, Protocol, TypeVar

from firmware.wire import fields, records
from firmware.wire.errors import DecodeError
from ingest.judge.columns import Columns
from ingest.judge.evidence import (
    Diagnostics,
    Evidence,
    FaceChecks,
    LostRecords,
    Marks,
    MinuteMeasures,
    OtherRecords,
    Photos,
    Times,
    photo_number,
)
from ingest.measure.chain import Chains, PublicKeys

log = logging.getLogger(__name__)

MINUTES = (fields.MINUTE, fields.MINUTE_THIN)
_GNSS = 3
_RECORDING, _SET = 4, 1

Table = TypeVar("Table", bound=Columns)


class Row(Protocol):
    """What is asked of ingest.store.evidence.EvidenceRow."""

    @property
    def terminal(self) -> int: ...

    @property
    def seq(self) -> int: ...

    @property
    def kind(self) -> int: ...

    @property
    def record(self) -> bytes: ...


class Sorter:
    """Takes rows in (terminal, seq) order. unreadable: records that were left out, each told in the log.

    careful: look at every minute record by itself first and leave out those that cannot be read.
    """

    def __init__(self, public_keys: PublicKeys, careful: bool = False) -> None:
        self._careful = careful
        self._checks: list[dict[str, Any]] = []
        self._marks: list[dict[str, Any]] = []
        self._others: list[tuple[int, int]] = []
        self._times: list[dict[str, Any]] = []
        self._photos: list[dict[str, Any]] = []
        self._diagnostics: list[dict[str, Any]] = []
        self._lost: list[tuple[int, int]] = []
        self.chains = Chains(public_keys)
        self.unreadable = 0

    def minute_blocks(self, chunks: Iterable[Iterable[Row]]) -> Iterator[list[bytes]]:
        """The minute records of each chunk that has any."""
        for chunk in chunks:
            block = []
            for row in chunk:
                if row.kind not in MINUTES:
                    self._keep(row)
                elif self._is_readable(row):
                    self.chains.take(row.terminal, row.seq, row.record)
                    block.append(row.record)
            if block:
                yield block

    def evidence(self, measures: list[MinuteMeasures]) -> Evidence:
        """All of it, once the blocks are used up."""
        told = {(time["terminal"], time["boot"]): time for time in sorted(self._times, key=_trust)}
        for values in (*self._checks, *self._marks, *self._photos, *self._diagnostics):
            _date(values, told)
        return Evidence(
            MinuteMeasures.concat(measures),
            _table(FaceChecks, self._checks),
            Marks.of_rows([_mark(values) for values in self._marks]),
            OtherRecords.of_rows(self._others),
            Times.of_rows([_time(values) for values in self._times if values["source"] == _GNSS]),
            self.chains.signatures(),
            LostRecords.of_rows(self._lost),
            _table(Photos, self._photos),
            _table(Diagnostics, self._diagnostics),
        )

    def _is_readable(self, row: Row) -> bool:
        if not self._careful:
            return True
        try:
            records.decode(row.record)
        except DecodeError as fault:
            self._skip(row, fault)
            return False
        return True

    def _keep(self, row: Row) -> None:
        try:
            values = records.decode(row.record)
        except DecodeError as fault:
            self._skip(row, fault)
            return
        self.chains.take(row.terminal, row.seq, row.record)
        if row.kind in (fields.FACE_CHECK, fields.PHOTO):
            values["photo"] = photo_number(values["photo"])
        if row.kind == fields.FACE_CHECK:
            self._checks.append(values)
        elif row.kind in (fields.SIGN_IN, fields.SIGN_OUT):
            self._marks.append(values)
        else:
            self._others.append((values["terminal"], values["seq"]))
            self._keep_other(row.kind, values)

    def _keep_other(self, kind: int, values: dict[str, Any]) -> None:
        if kind == fields.TIME:
            self._times.append(values)
        elif kind == fields.PHOTO:
            self._photos.append(values)
        elif kind == fields.DIAGNOSTIC:
            self._diagnostics.append(values)
            if 0 < _told_lost(values) < values["seq"]:
                self._lost.append((values["terminal"], _told_lost(values)))

    def _skip(self, row: Row, fault: DecodeError) -> None:
        self.unreadable += 1
        log.error(
            "Record %d of terminal %016d in the evidence cannot be read (%s) and is not judged; "
            "compare it with the terminal's journal.",
            row.seq,
            row.terminal,
            fault,
        )


def _table(kind: type[Table], rows: list[dict[str, Any]]) -> Table:
    names = [column.name for column in dataclass_fields(kind)]
    return kind.of_rows([[values[name] for name in names] for values in rows])


def _told_lost(values: dict[str, Any]) -> int:
    """The seq that a DIAGNOSTIC names as lost, 0 for none."""
    return int(values["value"]) if (values["code"], values["state"]) == (_RECORDING, _SET) else 0


def _trust(time: dict[str, Any]) -> tuple[int, int]:
    """The best source last, of two alike the earlier record: it has the shorter way to what came before."""
    return time["source"], -time["seq"]


def _date(values: dict[str, Any], told: dict[tuple[int, int], dict[str, Any]]) -> None:
    time = told.get((values["terminal"], values["boot"]))
    if values["utc_s"] == 0 and time is not None:
        ms = time["true_s"] * 1000 + time["true_ms"] + values["uptime_s"] * 1000 - time["uptime_ms"]
        values["utc_s"] = max(ms // 1000, 0)


def _mark(values: dict[str, Any]) -> tuple[int | bool, ...]:
    place = (values["terminal"], values["seq"], values["session"])
    who = (values["role"], values["person"], values.get("instructor", 0), values.get("course", 0))
    return (*place, values["kind"] == fields.SIGN_IN, *who, values["utc_s"], values.get("how", 0))


def _time(values: dict[str, Any]) -> tuple[int, ...]:
    true_ms = values["true_s"] * 1000 + values["true_ms"]
    return values["terminal"], values["seq"], values["boot"], values["uptime_ms"], true_ms
