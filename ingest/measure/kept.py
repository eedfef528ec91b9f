"""What is kept of the records that are not minutes: their columns by kind, dated, as the judge's tables.

A record made before its terminal knew the time (utc_s 0) gets it from a TIME record of the same boot,
whichever came first: the boot's ticks tell the way between.
"""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from typing import Any, TypeVar

import numpy as np

from firmware.wire import fields
from ingest.judge.columns import Columns, Ints
from ingest.judge.evidence import (
    Diagnostics,
    FaceChecks,
    LostRecords,
    Marks,
    OtherRecords,
    Photos,
    Times,
)
from ingest.measure.layout import Octets
from ingest.measure.plain import Plain, decode_plain

_GNSS = 3
_RECORDING, _SET = 4, 1
_NOT_OTHER = (fields.FACE_CHECK, fields.SIGN_IN, fields.SIGN_OUT)
_NONE = np.zeros(0, dtype=np.int64)

Table = TypeVar("Table", bound=Columns)
Named = dict[str, Ints]


class Kept:
    """Records by kind; "at" among their columns is their place among all that were taken."""

    def __init__(self) -> None:
        self._parts: dict[int, list[Named]] = {}
        self._whole: dict[int, Named] = {}
        self._told: dict[tuple[int, int], int] | None = None

    def add(self, kind: int, at: Ints, plain: Plain) -> None:
        """Records of one kind; those of a kind come in order. at: their places."""
        self._parts.setdefault(kind, []).append(_named(at, plain))

    def checks(self) -> FaceChecks:
        return _table(FaceChecks, self._of(fields.FACE_CHECK))

    def photos(self) -> Photos:
        return _table(Photos, self._of(fields.PHOTO))

    def diagnostics(self) -> Diagnostics:
        return _table(Diagnostics, self._of(fields.DIAGNOSTIC))

    def marks(self) -> Marks:
        """Sign-ins and sign-outs in the order in which they were taken."""
        ins, outs = dict(self._of(fields.SIGN_IN)), dict(self._of(fields.SIGN_OUT))
        ins["sign_in"], outs["sign_in"] = np.ones_like(ins["at"]), np.zeros_like(outs["at"])
        ins["how"] = np.zeros_like(ins["at"])
        outs["instructor"] = outs["course"] = np.zeros_like(outs["at"])
        names = [column.name for column in dataclass_fields(Marks)]
        merged: dict[str, Any] = _merged([ins, outs], names)
        return Marks(**{**merged, "sign_in": merged["sign_in"] > 0})

    def others(self) -> OtherRecords:
        """All but face checks, sign-ins and sign-outs, in the order in which they were taken."""
        kinds = [kind for kind in sorted(self._parts) if kind not in _NOT_OTHER]
        return OtherRecords(**_merged([self._of(kind) for kind in kinds], ["terminal", "seq"]))

    def times(self) -> Times:
        """What satellites told of the time."""
        told = self._of(fields.TIME)
        by_gnss = told["source"] == _GNSS
        true_ms = told["true_s"] * 1000 + told["true_ms"]
        columns = {name: told[name] for name in ("terminal", "seq", "boot", "uptime_ms")}
        return Times(**columns, true_ms=true_ms).take(by_gnss)

    def lost(self) -> LostRecords:
        """Records that a DIAGNOSTIC names as lost."""
        faults = self._of(fields.DIAGNOSTIC)
        lost = (faults["code"] == _RECORDING) & (faults["state"] == _SET)
        lost &= (faults["value"] > 0) & (faults["value"] < faults["seq"])
        return LostRecords(faults["terminal"], faults["value"]).take(lost)

    def _of(self, kind: int) -> Named:
        """All records of a kind, dated where they can be."""
        if kind not in self._whole:
            parts = self._parts.get(kind) or [_named(_NONE, decode_plain(kind, b"", _NONE, _NONE))]
            whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            self._whole[kind] = whole
            if kind != fields.TIME:
                self._date(whole)
        return self._whole[kind]

    def _date(self, of: Named) -> None:
        undated = np.flatnonzero(of["utc_s"] == 0)
        if not len(undated):
            return
        if self._told is None:
            self._told = _told(self._of(fields.TIME))
        columns = (of[name][undated].tolist() for name in ("terminal", "boot", "uptime_s"))
        for row, terminal, boot, uptime_s in zip(undated.tolist(), *columns, strict=True):
            start_ms = self._told.get((terminal, boot))
            if start_ms is not None:
                of["utc_s"][row] = max((start_ms + uptime_s * 1000) // 1000, 0)


def _told(times: Named) -> dict[tuple[int, int], int]:
    """(terminal, boot) -> Unix milliseconds at which its ticks were 0.

    The best source tells, of two alike the earlier record: it has the shorter way to what came before.
    """
    best_last = np.lexsort((-times["seq"], times["source"]))
    start_ms = times["true_s"] * 1000 + times["true_ms"] - times["uptime_ms"]
    columns = (column[best_last].tolist() for column in (times["terminal"], times["boot"], start_ms))
    return {(terminal, boot): ms for terminal, boot, ms in zip(*columns, strict=True)}


def _named(at: Ints, plain: Plain) -> Named:
    named = {**plain.columns, "at": at}
    if "photo" in plain.octets:
        named["photo"] = _photo_numbers(plain.octets["photo"])
    return named


def _photo_numbers(digests: Octets) -> Ints:
    """ingest.judge.evidence.photo_number of each of n x 32 bytes."""
    first = np.ascontiguousarray(digests[:, :8]).view(">u8")[:, 0].astype(np.uint64)
    return (first >> np.uint64(1)).astype(np.int64)


def _table(kind: type[Table], named: Named) -> Table:
    return kind(**{column.name: named[column.name] for column in dataclass_fields(kind)})


def _merged(tables: list[Named], names: list[str]) -> Named:
    if not tables:
        return {name: _NONE for name in names}
    order = np.argsort(np.concatenate([table["at"] for table in tables]))
    return {name: np.concatenate([table[name] for table in tables])[order] for name in names}
