"""The bench's sessions: one row each of what the judge, the queue and the ledger would have written."""

from __future__ import annotations

from ingest.bench.desk.causes import causes
from ingest.bench.desk.scale import (
    BESIDE,
    FIRST_CAR,
    FIRST_DAY,
    FIRST_INSTRUCTOR,
    FIRST_TERMINAL,
    FIRST_TRAINEE,
    SESSIONS_A_DAY,
    SIGN_IN_AT,
    Scale,
)
from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection

UNDER = "rules bench 000000000000, registry 000000000000"

# Seven sessions of ten are clean, two have a bad stretch, one is bad for most of its time: in all about 85 of
# 100 minutes are accepted, and one session of ten needs a human. cause_1 holds in the first half of the bad
# stretch, both in the second.
_DRAWN = """
CREATE UNLOGGED TABLE bench_session AS
SELECT k, terminal, nth * {room} + {sign_in} AS session, nth * {room} + {sign_in} + 1 AS first_seq, n,
       {first_minute} + nth / {a_day} * 1440 + nth % {a_day} * ({per} + {per} / 4 + 30)
           + (k * 7919 % 20)::integer AS minute,
       ({first_day} + (nth / {a_day})::integer) AS day,
       trainee, {instructor} + car AS instructor, {car} + car AS car, 2 + (k % 3 = 0)::integer AS part,
       kind, bad_from, bad_end - 1 AS bad_to, bad_from + (bad_end - bad_from) / 2 AS bad_mid,
       cause_1, cause_2, chance
FROM (SELECT *, CASE kind WHEN 0 THEN bad_from ELSE least(bad_from + bad_n, n) END AS bad_end
      FROM (SELECT k, kind, n, (k - 1) / {cars} AS nth, 1 + (k - 1) % {cars} AS car,
                   {terminal} + 1 + (k - 1) % {cars} AS terminal,
                   {trainee} + 1 + (k * 104729) % {trainees} AS trainee,
                   (random() * n * CASE kind WHEN 2 THEN 0.25 ELSE 0.6 END)::integer AS bad_from,
                   (n * CASE kind WHEN 1 THEN 0.1 + 0.5 * random() ELSE 0.5 + 0.5 * random() END)::integer
                       AS bad_n,
                   (random() * ({causes} - 1))::smallint AS cause_1,
                   (random() * ({causes} - 1))::smallint AS cause_2, random() AS chance
            FROM (SELECT k, CASE WHEN draw < 0.7 THEN 0 WHEN draw < 0.9 THEN 1 ELSE 2 END AS kind,
                         ({per} + CASE hashint8(k) & 1 WHEN 0 THEN 0
                            ELSE abs(hashint8(k) / 2) % (1 + {per} / 4 * 2) - {per} / 4 END)
                             ::integer AS n
                  FROM (SELECT k::bigint, random() AS draw FROM generate_series(1, {sessions}) k) AS drawn)
                 AS kinds) AS stretches) AS d
"""
_OUTCOMES = """
CREATE UNLOGGED TABLE bench_case AS
SELECT s.*, t.school, t.operator, g.ground, coalesce(r.refused, 0) AS refused, coalesce(r.unsure, 0) AS
    unsure,
       s.n - coalesce(r.refused, 0) - coalesce(r.unsure, 0) AS accepted, r.reasons, r.by_name
FROM bench_session s
JOIN terminal t ON t.number = s.terminal
JOIN LATERAL (SELECT ground FROM fence f WHERE f.number = 'F' || (1 + t.school * 7 % {grounds})) AS g ON true
LEFT JOIN bench_pair r ON kind > 0 AND (r.cause_1, r.cause_2, r.half_1, r.half_2)
    = (s.cause_1, s.cause_2, s.bad_mid - s.bad_from, s.bad_to + 1 - s.bad_mid)
"""


def draw(conn: Connection, scale: Scale) -> None:
    """Make bench_cause (sets of reasons), bench_session (each session) and bench_case (its outcome)."""
    conn.execute("SELECT setseed(0.42)")
    mix = causes()
    conn.execute(
        "CREATE UNLOGGED TABLE bench_cause (nth smallint PRIMARY KEY, verdict smallint, reasons smallint[],"
        " numbers jsonb)"
    )
    with conn.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_cause VALUES (%s, %s, %s, %s)", mix)
    conn.execute(
        _DRAWN.format(
            per=scale.minutes_per,
            room=scale.minutes_per + scale.minutes_per // 4 + BESIDE,
            sign_in=SIGN_IN_AT,
            first_minute=scale.first_minute,
            a_day=SESSIONS_A_DAY,
            first_day=f"date '{FIRST_DAY}'",
            instructor=FIRST_INSTRUCTOR,
            car=FIRST_CAR,
            terminal=FIRST_TERMINAL,
            trainee=FIRST_TRAINEE,
            trainees=scale.trainees,
            cars=scale.cars,
            causes=len(mix),
            sessions=scale.sessions,
        ).encode()
    )
    _sum_up_pairs(conn)
    conn.execute(_OUTCOMES.format(grounds=scale.grounds).encode())
    conn.execute("ANALYZE bench_case")


def _sum_up_pairs(conn: Connection) -> None:
    """What each pair of causes comes to, with so many minutes of the first alone and of both."""
    conn.execute("CREATE TEMPORARY TABLE bench_name (reason smallint PRIMARY KEY, name text)")
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bench_name VALUES (%s, %s)", [(row[0], row[1]) for row in BY_NUMBER.values()]
        )
    conn.execute("""
        CREATE UNLOGGED TABLE bench_pair AS
        SELECT p.cause_1, p.cause_2, half_1, half_2, r.reasons, r.by_name,
               CASE a.verdict WHEN 1 THEN half_1 ELSE 0 END
                 + CASE WHEN 1 IN (a.verdict, b.verdict) THEN half_2 ELSE 0 END AS refused,
               CASE a.verdict WHEN 2 THEN half_1 ELSE 0 END
                 + CASE WHEN 1 IN (a.verdict, b.verdict) THEN 0 ELSE half_2 END AS unsure
        FROM (SELECT DISTINCT cause_1, cause_2, bad_mid - bad_from AS half_1, bad_to + 1 - bad_mid AS half_2
              FROM bench_session WHERE kind > 0) AS p
        JOIN bench_cause a ON a.nth = cause_1 JOIN bench_cause b ON b.nth = cause_2
        JOIN LATERAL (
            SELECT array_agg(reason ORDER BY minutes DESC, reason) AS reasons,
                   jsonb_object_agg(name, minutes) AS by_name
            FROM (SELECT reason, CASE WHEN reason = ANY (a.reasons) THEN half_1 + half_2 ELSE half_2 END AS
                minutes
                  FROM (SELECT DISTINCT unnest(a.reasons || b.reasons) AS reason) AS named) AS told
            JOIN bench_name USING (reason) WHERE minutes > 0) AS r ON true
        """)
    conn.execute("ANALYZE bench_pair")
