-- Statistics kept ready: sums by day, week and month of each school, ground, instructor, car, terminal and operator.
-- All of it is derived from outcomes, verdicts, evidence and the registry, and can be made again.

-- What was counted of a training session, so that it can be taken off again when the session is judged anew.
-- A session counts on the local day on which it began, at the school and operator its terminal had then.
CREATE TABLE session_figures (
    terminal       bigint NOT NULL,
    session        bigint NOT NULL,
    day            date NOT NULL,
    school         bigint NOT NULL,          -- 0 unknown
    ground         text NOT NULL,            -- '' unknown
    instructor     bigint NOT NULL,
    car            bigint NOT NULL,
    operator       text NOT NULL,            -- '' unknown
    sessions       integer NOT NULL,         -- 1
    recorded       integer NOT NULL,         -- minutes, as in session_outcome
    accepted       integer NOT NULL,
    refused        integer NOT NULL,
    unsure         integer NOT NULL,
    effective      integer NOT NULL,         -- accepted when decisions are laid over
    outside        integer NOT NULL,         -- minutes out of the fence
    faceless       integer NOT NULL,         -- minutes that some rule about faces speaks of
    checks         integer NOT NULL,         -- face checks
    checks_failed  integer NOT NULL,         -- of these, those that did not match; a module's fault is none
    records        integer NOT NULL,         -- records of its minutes and checks
    late_records   integer NOT NULL,         -- of these, received more than LATE_H after they were made
    late_minutes   integer NOT NULL,         -- of these, minute records
    at_quota       integer NOT NULL,         -- 1: it has exactly as many minutes as a quota
    suspected      integer NOT NULL,         -- 1: something is suspected
    reasons        smallint[] NOT NULL,      -- of minutes, flags and suspicions, ascending
    reason_minutes integer[] NOT NULL,       -- minutes of each, 0 where it is not told of minutes
    PRIMARY KEY (terminal, session)
);
CREATE INDEX session_figures_day ON session_figures (day, school);
CREATE INDEX session_figures_instructor ON session_figures (instructor, day);
CREATE INDEX session_figures_car ON session_figures (car, day);
CREATE INDEX session_figures_suspected ON session_figures (day)
    INCLUDE (terminal, school, ground, instructor, car, operator, reasons) WHERE suspected = 1;

-- The sums of these. dimension: 1 school, 2 ground, 3 instructor, 4 car, 5 terminal, 6 operator; key: 16 digits,
-- or the ground's or operator's name. grain: 0 a day, 1 a month, 2 a week from Monday, that begins on since.
-- One row a school, so that a school's own numbers are told from those of others on the same ground.
CREATE TABLE statistic (
    dimension      smallint NOT NULL CHECK (dimension BETWEEN 1 AND 6),
    grain          smallint NOT NULL CHECK (grain BETWEEN 0 AND 2),
    since          date NOT NULL,
    school         bigint NOT NULL,
    key            text NOT NULL COLLATE "C",
    sessions       integer NOT NULL,
    recorded       integer NOT NULL,
    accepted       integer NOT NULL,
    refused        integer NOT NULL,
    unsure         integer NOT NULL,
    effective      integer NOT NULL,
    outside        integer NOT NULL,
    faceless       integer NOT NULL,
    checks         integer NOT NULL,
    checks_failed  integer NOT NULL,
    records        integer NOT NULL,
    late_records   integer NOT NULL,
    late_minutes   integer NOT NULL,
    at_quota       integer NOT NULL,
    suspected      integer NOT NULL,
    PRIMARY KEY (dimension, grain, since, school, key)
) WITH (fillfactor = 90);
CREATE INDEX statistic_key ON statistic (dimension, key, grain, since);
CREATE INDEX statistic_school ON statistic (dimension, school, grain, since);

-- Counts by reason, of the dimensions with few keys: 1 school, 2 ground, 6 operator.
CREATE TABLE statistic_reason (
    dimension      smallint NOT NULL,
    grain          smallint NOT NULL,
    since          date NOT NULL,
    school         bigint NOT NULL,
    key            text NOT NULL COLLATE "C",
    reason         smallint NOT NULL,
    sessions       integer NOT NULL,
    minutes        integer NOT NULL,
    PRIMARY KEY (dimension, grain, since, school, key, reason)
) WITH (fillfactor = 90);

-- When the statistics were last brought up to date, and under which settings.
CREATE TABLE statistic_state (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    refreshed_at timestamptz,
    late_h       smallint NOT NULL DEFAULT 24
);
INSERT INTO statistic_state DEFAULT VALUES;

-- A session's flags, for the session page and the recount.
CREATE INDEX IF NOT EXISTS flag_session ON flag (terminal, session);
