-- Syllabus tables that were loaded, and training hours that no terminal here recorded. Rows are only ever added.

CREATE TABLE syllabus_load (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    source      text NOT NULL,
    sha256      bytea NOT NULL UNIQUE,
    text        text NOT NULL                -- TOML, as it was given
);

CREATE TABLE recognised_hours (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    trainee     bigint NOT NULL CHECK (trainee BETWEEN 1 AND 9999999999999999),
    part        smallint NOT NULL CHECK (part BETWEEN 1 AND 4),
    mode        smallint NOT NULL CHECK (mode BETWEEN 1 AND 4),   -- first digit of a course code
    hours       integer NOT NULL,            -- below 0: takes back what entry `corrects` gave
    kilometres  integer NOT NULL DEFAULT 0,
    basis       text NOT NULL CHECK (length(basis) BETWEEN 1 AND 200),
    corrects    bigint REFERENCES recognised_hours,
    CHECK (hours > 0 OR corrects IS NOT NULL)
);
CREATE INDEX ON recognised_hours (trainee);
