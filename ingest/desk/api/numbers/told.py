"""How statistics are told as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from ingest.casework.deciding.shares import BY_NAME, Part, Share, of_suspicion
from ingest.casework.numbers import conserved
from ingest.casework.numbers.advice import advice
from ingest.casework.numbers.anomalies import Anomaly
from ingest.casework.numbers.conserved import Difference
from ingest.casework.numbers.statistics import Conserved, Warned
from ingest.desk.kernel.router import Json, both
from ingest.judge.reasons import BY_NUMBER
from ingest.store.desk.numbers.conservation import Chain
from ingest.store.desk.numbers.sums import ReasonCount, Sums


def sums_told(one: Sums) -> Json:
    """Sums with the shares that follow from them; a share of nothing is null."""
    return {
        **{name: getattr(one, name) for name in Sums._fields[1:]},
        "valid_share": _share(one.effective, one.recorded),
        "out_of_fence_share": _share(one.outside, one.recorded),
        "face_minutes_share": _share(one.faceless, one.recorded),
        "face_checks_failed_share": _share(one.checks_failed, one.checks),
        "late_share": _share(one.late_records, one.records),
        "gaps_inside_share": _share(one.gap_records, one.spanned),
    }


def reason_told(one: ReasonCount) -> Json:
    """A reason by number and name, with its sentence."""
    row = BY_NUMBER.get(one.reason)
    name, sentence = (row[1], {"en": row[3], "zh": row[4]}) if row else (str(one.reason), None)
    return {
        "reason": one.reason,
        "name": name,
        "sentence": sentence,
        "sessions": one.sessions,
        "minutes": one.minutes,
    }


def share_named(name: str) -> Share:
    """A share by the name that a cause has."""
    if name in BY_NAME:
        return BY_NAME[name]
    return _suspicion_named(name)


@lru_cache(maxsize=64)
def _suspicion_named(name: str) -> Share:
    kinds = {f"suspicion_{str(row[1]).lower()}": number for number, row in BY_NUMBER.items()}
    return of_suspicion(kinds[name])


def anomaly_told(one: Anomaly, name: str) -> Json:
    """A ranked key; each cause in words of both languages."""
    return {
        "key": one.key,
        "name": name,
        "score": one.score,
        "sessions": one.sessions,
        "causes": [
            {
                "name": cause.name,
                "text": both(cause_words(cause.name, cause.part, cause.peers)),
                "advice": both(advice(cause.name)),
                "k": cause.part.k,
                "n": cause.part.n,
                "share": round(cause.part.share, 6),
                "peers": round(cause.peers, 6),
                "z": round(cause.z, 1),
            }
            for cause in one.causes
        ],
    }


def warning_told(row: Warned, names: Mapping[tuple[str, str], str]) -> Json:
    """What got worse, in words of both languages. names: (dimension, key) -> name."""
    one = row.what
    held_to = ("others (new here)", "同类（新增）") if one.is_new else ("before", "此前")
    share = share_named(one.name)
    now, before = f"{100 * one.now.share:.1f} %", f"{100 * one.before.share:.1f} %"
    return {
        "dimension": row.dimension,
        "key": one.key,
        "name": names.get((row.dimension, one.key), ""),
        "also": [{"dimension": of, "key": key, "name": names.get((of, key), "")} for of, key in row.also],
        "is_new": one.is_new,
        "cause": one.name,
        "text": {
            "en": f"{_capital(share.english)}: {now} of {one.now.n} {share.unit[0]}, {held_to[0]} {before}.",
            "zh": f"{share.chinese}：{now}（共 {one.now.n} {share.unit[1]}），{held_to[1]} {before}。",
        },
        "advice": both(advice(one.name)),
        "now": {"k": one.now.k, "n": one.now.n, "share": round(one.now.share, 6)},
        "before": {"k": one.before.k, "n": one.before.n, "share": round(one.before.share, 6)},
        "z": round(one.z, 1),
    }


def cause_words(name: str, part: Part, peers: float) -> tuple[str, str]:
    """A cause in English and Chinese, with its numbers."""
    share = share_named(name)
    own, others = f"{100 * part.share:.1f} %", f"{100 * peers:.1f} %"
    return (
        f"{_capital(share.english)}: {own} of {part.n} {share.unit[0]}, peers {others}.",
        f"{share.chinese}：{own}（共 {part.n} {share.unit[1]}），同类 {others}。",
    )


def in_order(found: Conserved) -> list[tuple[int, int, Chain]]:
    """(minus the records that differ, terminal, chain) of every terminal, those that differ most first."""
    return sorted(
        (-sum(one.records for one in found.by_terminal.get(chain.terminal, [])), chain.terminal, chain)
        for chain in found.chains
    )


def whole_told(found: Conserved) -> Json:
    """Counts of the whole and the inequalities in them."""
    counts = found.counts
    return {
        "stations": found.stations._asdict(),
        "received": None
        if counts is None
        else {**counts._asdict(), "missing": counts.missing, "balanced": counts.balanced},
        "quarantined_by_reason": [
            {
                "reason": reason,
                "name": BY_NUMBER[reason][1] if reason in BY_NUMBER else str(reason),
                "records": n,
            }
            for reason, n in found.quarantined
        ],
        "quarantined_elsewhere": 0
        if counts is None
        else sum(n for _, n in found.quarantined) - found.stations.quarantined,
        "differences": [difference_told(one) for one in found.whole],
        "terminals_with_differences": len(found.by_terminal),
        "differences_by_code": [one._asdict() for one in conserved.kinds(found.by_terminal)],
        "recounted_at": moment(conserved.recounted_at(found.chains)),
        "meanings": {code: both(words) for code, words in conserved.WORDS.items()},
    }


def chain_told(chain: Chain, differences: Sequence[Difference]) -> Json:
    """A terminal at each station."""
    return {
        **chain._asdict(),
        "terminal": f"{chain.terminal:016d}",
        "school": f"{chain.school:016d}" if chain.school else None,
        "car": f"{chain.car:016d}" if chain.car else None,
        "recounted_at": moment(chain.recounted_at),
        "differences": [difference_told(one) for one in differences],
    }


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, whole seconds."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def difference_told(one: Difference) -> Json:
    """An inequality by code, number and in words."""
    return {"code": one.code, "records": one.records, "text": {"en": one.english, "zh": one.chinese}}


def _share(k: int, n: int) -> float | None:
    return round(k / n, 4) if n else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
