"""All detectors over one lot of evidence, in memory: what the database's way must come to as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Ints
from ingest.judge.evidence import FaceChecks, Signatures
from ingest.screening.clones import cloned
from ingest.screening.emulated import clockwork, signal_by_dice, signal_too_clean
from ingest.screening.faces import photo_reused, scores_repeated
from ingest.screening.fixes import Fixes, Timeline, timeline
from ingest.screening.handover import handover_impossible
from ingest.screening.inserted import RecordHeads, inserted
from ingest.screening.matching import candidates, hits_within
from ingest.screening.nudges import nudged
from ingest.screening.quota import quota_exact
from ingest.screening.rails import Passes, passes_of
from ingest.screening.replay import replays
from ingest.screening.rhythm import Prints, prints_of, probes_of
from ingest.screening.sessions import Scored, Sessions, sessions_of
from ingest.screening.signs import MinuteSigns, signs_of
from ingest.screening.wheel import pulses_too_even, trace_without_wheel, wheel_without_trace

_ALONE = (
    wheel_without_trace,
    trace_without_wheel,
    pulses_too_even,
    clockwork,
    signal_by_dice,
    nudged,
    handover_impossible,
)


@dataclass(frozen=True)
class Records:
    """What is looked at beside the minutes. schools: terminal -> school number; boot_kind: kind of BOOT."""

    checks: FaceChecks
    signatures: Signatures
    heads: RecordHeads
    schools: Mapping[int, int]
    boot_kind: int


@dataclass(frozen=True)
class Gathered:
    """What is kept of a block of minutes once it is decoded."""

    signs: MinuteSigns
    prints: Prints
    probes: Prints
    passes: Passes

    @staticmethod
    def concat(parts: list[Gathered]) -> Gathered:
        """All blocks together."""
        return Gathered(
            MinuteSigns.concat([part.signs for part in parts]),
            Prints.concat([part.prints for part in parts]),
            Prints.concat([part.probes for part in parts]),
            Passes.concat([part.passes for part in parts]),
        )


def gather(minutes: Fixes) -> tuple[Gathered, Timeline]:
    """Signs and prints of a block that holds its terminals' sessions whole."""
    line = timeline(minutes)
    return Gathered(signs_of(minutes), prints_of(line), probes_of(line), passes_of(line)), line


def screened(minutes: Fixes, records: Records) -> Scored:
    """Everything suspected, each row once, in key order."""
    gathered, line = gather(minutes)
    found = candidates(hits_within(gathered.probes, gathered.prints))
    faces = (photo_reused(records.checks), scores_repeated(records.checks))
    return in_order(Scored.concat([by_session(gathered, records), replays(found, line), *faces]))


def by_session(gathered: Gathered, records: Records) -> Scored:
    """What minutes and records show without comparing traces or photos."""
    sessions = sessions_of(gathered.signs)
    parts = [detector(sessions) for detector in _ALONE]
    parts.append(signal_too_clean(sessions, gathered.passes))
    parts.append(cloned(sessions, gathered.signs))
    parts.append(inserted(sessions, records.signatures, records.heads, records.boot_kind))
    parts += _quota(sessions, records.schools)
    return Scored.concat(parts)


def _quota(sessions: Sessions, schools: Mapping[int, int]) -> list[Scored]:
    """By school and by instructor; of a session that stands out by both the higher score."""
    first, length = sessions.first, sessions.minute_n
    school = np.array([schools.get(number, 0) for number in first.terminal.tolist()], dtype=np.int64)
    both = [quota_exact(sessions, length, group) for group in (school, first.instructor)]
    return [in_order(Scored.concat(both))]


def in_order(scored: Scored) -> Scored:
    """By key; of several rows with one key the highest score."""
    rows = scored.suspicions
    keys: tuple[Ints, ...] = (rows.other_session, rows.other_terminal, rows.kind, rows.session, rows.terminal)
    order = np.lexsort((-rows.score, *keys))
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    kept = order[new]
    return Scored(rows.take(kept), tuple(scored.numbers[at] for at in kept.tolist()))
