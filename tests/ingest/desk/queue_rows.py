"""A small queue for tests: two schools, three grounds, names that would be markup if not escaped."""

from ingest.store.connection import Connection

OWN, OTHER = 5001, 5002
TERMINAL = 1000000000000001
EVIL = "<img src=x onerror=alert(1)>"
REASONS = ((20,), (20, 21), (25,), ())


def fill_queue(conn: Connection, sessions: int = 24) -> None:
    """``sessions`` entries of both schools in turn; every fourth needs nobody."""
    for kind, number, name in (
        (1, OWN, "Own school"),
        (1, OTHER, EVIL),
        (2, 71, f"Instructor {EVIL}"),
        (3, 81, "李四"),
    ):
        conn.execute(
            "INSERT INTO queue_name VALUES (%s, %s, %s, %s)",
            (kind, number, name, f"{number:016d} {name.lower()}"),
        )
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO queue_entry (terminal, session, score, needs_human, why, school, ground,"
            " utc_offset_min, instructor, trainee, car, part, started_at, ended_at, local_day, recorded,"
            " accepted, refused, unsure, effective, reasons, judged_under)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 480, 71, 81, 91, 2, %s, %s, %s,"
            " 50, 40, 6, 4, 40, %s, 'rules test')",
            [
                (
                    TERMINAL + n % 2,
                    10 + n,
                    100 + n // 3,
                    n % 4 != 3,
                    ["unsure"] if n % 4 != 3 else [],
                    (OWN, OTHER)[n % 2],
                    f"Ground {n % 3}",
                    f"2026-11-{1 + n % 20:02d} 01:00Z",
                    f"2026-11-{1 + n % 20:02d} 01:50Z",
                    f"2026-11-{1 + n % 20:02d}",
                    list(REASONS[n % 4]),
                )
                for n in range(sessions)
            ],
        )
