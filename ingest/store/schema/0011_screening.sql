-- What the screening keeps: prints of traces and photos to compare new sessions with, and what it suspects.
-- All of it is derived from the evidence and may be made again.

-- One row a print of a session's trace (ingest.screening.rhythm); utc_s is where in it, Unix seconds.
CREATE TABLE trace_print (
    print     bigint NOT NULL,
    terminal  bigint NOT NULL,
    session   bigint NOT NULL,
    utc_s     bigint NOT NULL
);
CREATE INDEX trace_print_print ON trace_print (print, utc_s, terminal, session);
CREATE INDEX trace_print_session ON trace_print (terminal, session);

-- One row a face check with a photo or a score: what is asked for photos used again and scores told again.
CREATE TABLE face_print (
    terminal  bigint NOT NULL,
    seq       bigint NOT NULL,
    session   bigint NOT NULL,
    role      smallint NOT NULL,
    utc_s     bigint NOT NULL,
    photo     bigint NOT NULL,              -- 0: none
    score     smallint NOT NULL,            -- 255: not told
    PRIMARY KEY (terminal, seq)
);
CREATE INDEX face_print_photo ON face_print (photo) WHERE photo <> 0;

-- What is suspected now; score 1..1000, numbers: what stands behind it, name with unit -> number.
CREATE TABLE suspicion (
    terminal        bigint NOT NULL,
    session         bigint NOT NULL,
    kind            smallint NOT NULL CHECK (kind BETWEEN 80 AND 99),
    other_terminal  bigint NOT NULL,        -- 0: none
    other_session   bigint NOT NULL,
    score           smallint NOT NULL CHECK (score BETWEEN 1 AND 1000),
    first_minute    integer NOT NULL,       -- Unix minutes, inclusive
    last_minute     integer NOT NULL,
    numbers         jsonb NOT NULL,
    screened_under  text NOT NULL,          -- digest of the screening's settings
    screened_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (terminal, session, kind, other_terminal, other_session)
);
-- Sessions of which something else is suspected than when they were judged; the judge takes them off.
CREATE TABLE suspicion_due (
    entry     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    terminal  bigint NOT NULL,
    session   bigint NOT NULL
);

CREATE INDEX suspicion_other ON suspicion (other_terminal, other_session) WHERE other_terminal <> 0;
CREATE INDEX suspicion_minute ON suspicion (first_minute, last_minute);
