"""The random audit as acts: close a day's list, enter its seed (two persons), draw; each once, in this order.

Close only what is over and has had its grace; what is judged later, or whole later, goes into a later list,
whatever its day.
The seed is a public value that the list names and that came after it. Every act is an entry of the audit log.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, date, datetime, timedelta

from ingest.casework import audit
from ingest.casework.deciding import queue
from ingest.casework.who import SUPERVISOR, Who
from ingest.draw import sampler
from ingest.draw.day_list import AGAIN_PERMILLE, DRAWN_PERMILLE, Listed, Terms, day_list, parse
from ingest.draw.dealing import dealt_to
from ingest.draw.errors import DrawError
from ingest.draw.seeds import SeedRule, drand, seed_of
from ingest.store.connection import Connection
from ingest.store.desk.draws import dealt
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws.lists import Commit, SeedEntry

GRACE_H = 6
"""Hours after the end of a day before its list is closed, for late records."""
SEED_AFTER_H = 1
"""Hours from the closing of a list to the beacon's round that it names."""
SEED_WITHIN_DAYS = 31
"""Days within which any other public value must come out."""
DEALT_FOR = timedelta(days=5)
"""For so long a drawn session waits for whom it is dealt to; then every inspector may decide it."""
_LAST_DAY = date(9998, 12, 31)


def closes_at(day: date, utc_offset_min: int, grace_h: int = GRACE_H) -> datetime:
    """The first moment at which a local day's list may be closed."""
    day = min(day, _LAST_DAY)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return midnight - timedelta(minutes=utc_offset_min) + timedelta(hours=grace_h)


def last_over(now: datetime, utc_offset_min: int, grace_h: int = GRACE_H) -> date:
    """The last local day whose list may be closed now."""
    return (now + timedelta(minutes=utc_offset_min) - timedelta(hours=grace_h)).date() - timedelta(days=1)


def commit(
    conn: Connection,
    who: Who,
    now: datetime,
    utc_offset_min: int,
    day: date | None = None,
    rule: SeedRule | None = None,
    grace_h: int = GRACE_H,
) -> Commit:
    """Close the list of a local day (default: the last that may be) with every whole session that is in none.

    rule: where the seed will come from; default: the beacon's first round later than an hour from now. Raises
    DrawError for a day that is not over or is closed already, and for a seed that can be known already.
    """
    _only_supervisors(who)
    now = now.replace(microsecond=0)
    day = last_over(now, utc_offset_min, grace_h) if day is None else day
    if now < closes_at(day, utc_offset_min, grace_h):
        raise _day_open(day, closes_at(day, utc_offset_min, grace_h))
    rule = drand(int(now.timestamp()) + SEED_AFTER_H * 3600) if rule is None else rule
    if not 0 < rule.due_s - now.timestamp() <= SEED_WITHIN_DAYS * 86_400:
        raise _seed_not_soon()
    key = secrets.token_hex(32)
    key_digest = hashlib.sha256(key.encode()).hexdigest()
    terms = Terms(day, utc_offset_min, int(now.timestamp()), DRAWN_PERMILLE, AGAIN_PERMILLE, key_digest, rule)
    with conn.transaction():
        draws.lock(conn)
        newest = draws.newest_day(conn)
        if newest is not None and day <= newest:
            raise _day_closed(day, newest)
        whole = day_list(
            terms,
            (
                Listed(*row[:5], row.digest.hex())  # the other columns stand in the same order
                for row in draws.waiting(conn, day, utc_offset_min)
            ),
        )
        due = datetime.fromtimestamp(rule.due_s, UTC)
        made = Commit(day, now, whole.text, whole.digest, len(whole.listed), rule.words, due)
        rows = ((one.terminal, one.session, one.school) for one in whole.listed)
        draws.add_list(conn, made, key, who.account, rows)
        audit.note(
            conn,
            who,
            "draw.commit",
            f"draw:{day}",
            {"list_sha256": whole.digest.hex(), "sessions": made.sessions, "seed_rule": rule.words},
        )
    return made


def enter_seed(
    conn: Connection, who: Who, now: datetime, day: date, text: str, published_at: datetime | None = None
) -> bool:
    """Note what a supervisor read as a day's seed; whether it stands now, because another one read the same.

    Until then each may enter again what he read; the newest counts. published_at: when the value became
    known; default: when the list's rule says it would. Raises DrawError.
    """
    _only_supervisors(who)
    if not who.account:
        raise _needs_account()
    with conn.transaction():
        draws.lock(conn)
        closed = _closed(conn, day)
        if draws.seed_of(conn, day) is not None:
            raise _seed_stands(day)
        rule = parse(closed.text).terms.seed
        at = closed.seed_due if published_at is None else published_at
        if at <= closed.committed_at or at < closed.seed_due:
            raise _seed_old(closed)
        if at > now:
            raise _seed_early(closed)
        seed = seed_of(rule, text)
        mine = SeedEntry(draws.add_seed_entry(conn, day, who.account, seed, at, now), who.account, seed, at)
        same = [
            one for one in draws.seed_entries(conn, day) if one.account != who.account and one.seed == seed
        ]
        if same:
            draws.add_seed(conn, day, same[0], mine, now)
        details = {"seed": seed, "source": rule.words, "stands": bool(same)}
        audit.note(conn, who, "draw.seed", f"draw:{day}", details)
    return bool(same)


def run(conn: Connection, who: Who, day: date, dealt_for: timedelta = DEALT_FOR) -> str:
    """Draw a day by its seed, deal what is drawn to the inspectors there are, and put it into the queue; the
    drawn lines. Whoever has decided a session before is not dealt it. Raises DrawError."""
    _only_supervisors(who)
    with conn.transaction():
        draws.lock(conn)
        closed = _closed(conn, day)
        seed, key = draws.seed_of(conn, day), draws.key_of(conn, day)
        if seed is None or key is None:
            raise _no_seed(day)
        if draws.result_of(conn, day) is not None:
            raise _drawn_already(day)
        whole = parse(closed.text)
        found, twice = sampler.drawn(whole, seed), set(sampler.again(whole, seed, key))
        result = sampler.text_of(found)
        rows = [(one.terminal, one.session, one in twice) for one in found]
        draws.add_result(conn, day, result.encode(), rows)
        deciders, inspectors = dealt.deciders(conn, [row[:2] for row in rows]), dealt.inspectors(conn)
        hands = (
            (one.terminal, one.session, account)
            for one in found
            for account in dealt_to(
                seed,
                key,
                one.line,
                set(inspectors) - deciders.get((one.terminal, one.session), set()),
                one in twice,
            )
        )
        dealt.deal(conn, hands, dealt_for)
        queue.refresh(conn, [row[:2] for row in rows])
        # Not how many are repeats of which school: whoever decides reads the log too.
        details = {
            "list_sha256": closed.digest.hex(),
            "seed": seed,
            "drawn": len(found),
            "result_sha256": hashlib.sha256(result.encode()).hexdigest(),
        }
        audit.note(conn, who, "draw.run", f"draw:{day}", details)
    return result


def _only_supervisors(who: Who) -> None:
    if who.account and who.role != SUPERVISOR:
        raise DrawError("role_may_not", "Only a supervisor may do this.", "仅监管人员可执行此操作。")


def _closed(conn: Connection, day: date) -> Commit:
    found = draws.commit_of(conn, day)
    if found is None:
        raise DrawError(
            "draw_no_list",
            f"The list of {day} is not closed yet; a seed is only taken after that.",
            f"{day}的名单尚未封存；封存后才能录入种子或抽取。",
        )
    return found


def _day_open(day: date, closes: datetime) -> DrawError:
    return DrawError(
        "draw_day_open",
        f"The list of {day} cannot be closed before {closes:%Y-%m-%d %H:%M} UTC; wait until then.",
        f"{day}的名单在{closes:%Y-%m-%d %H:%M} UTC之后才能封存；请稍候。",
    )


def _day_closed(day: date, newest: date) -> DrawError:
    return DrawError(
        "draw_day_closed",
        f"The list of {newest} is closed already; what is late of {day} goes into the next day's list.",
        f"{newest}的名单已封存；{day}迟到的记录将列入下一日名单。",
    )


def _seed_not_soon() -> DrawError:
    return DrawError(
        "draw_seed_rule",
        f"The seed must become known within {SEED_WITHIN_DAYS} days, later than the list; name another.",
        f"种子须在名单封存之后{SEED_WITHIN_DAYS}天内产生；请另行指定公开数值。",
    )


def _needs_account() -> DrawError:
    return DrawError(
        "draw_seed_person",
        "A seed is entered by two supervisors; name the one who read it.",
        "种子须由两名监管人员分别录入；请指明录入人。",
    )


def _seed_stands(day: date) -> DrawError:
    return DrawError(
        "draw_seed_stands",
        f"The seed of {day} stands; there is no second one.",
        f"{day}的种子已确定，不能再次录入。",
    )


def _seed_old(closed: Commit) -> DrawError:
    return DrawError(
        "draw_seed_old",
        f"The seed must be the value of {closed.seed_due:%Y-%m-%d %H:%M:%S} UTC or later, after the list.",
        f"种子须为{closed.seed_due:%Y-%m-%d %H:%M:%S} UTC及以后公布的数值，不得早于名单封存。",
    )


def _seed_early(closed: Commit) -> DrawError:
    return DrawError(
        "draw_seed_early",
        f"The seed cannot be known before {closed.seed_due:%Y-%m-%d %H:%M:%S} UTC; wait until then.",
        f"种子在{closed.seed_due:%Y-%m-%d %H:%M:%S} UTC之前尚未产生；请稍候。",
    )


def _no_seed(day: date) -> DrawError:
    return DrawError(
        "draw_no_seed",
        f"The seed of {day} does not stand yet; two supervisors must enter the same.",
        f"{day}的种子尚未确定；须由两名监管人员录入相同内容。",
    )


def _drawn_already(day: date) -> DrawError:
    return DrawError("draw_done", f"{day} is drawn already; see the result.", f"{day}已抽取；请查看结果。")
