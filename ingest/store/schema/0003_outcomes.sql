-- Outcomes: derived rows (verdict, session_outcome, flag) that can be thrown away and made again from the
-- evidence, and the credit ledger, to which rows are only ever added. judged_under names the rule set and the
-- registry by their digests: same evidence, same judged_under, same rows.

CREATE TABLE verdict (
    terminal     bigint NOT NULL,
    seq          bigint NOT NULL,
    session      bigint NOT NULL,
    minute       integer NOT NULL,              -- minutes since 1970-01-01 UTC
    verdict      smallint NOT NULL CHECK (verdict BETWEEN 0 AND 2),  -- 0 accepted, 1 refused, 2 unsure
    reasons      smallint[] NOT NULL,           -- firmware/wire/reasons.py, all that apply, ascending
    numbers      jsonb NOT NULL,                -- reason NAME -> what the rule looked at
    judged_under text NOT NULL,
    PRIMARY KEY (terminal, seq)
);
CREATE INDEX ON verdict (terminal, session, minute);

CREATE TABLE session_outcome (
    terminal         bigint NOT NULL,
    session          bigint NOT NULL,
    trainee          bigint NOT NULL,
    instructor       bigint NOT NULL,
    car              bigint NOT NULL,           -- 0: the registry names none
    course           bigint NOT NULL,
    part             smallint NOT NULL,
    started_at       timestamptz NOT NULL,
    ended_at         timestamptz,               -- null: no sign-out has arrived
    minutes_recorded integer NOT NULL,
    minutes_accepted integer NOT NULL,
    minutes_refused  integer NOT NULL,
    minutes_unsure   integer NOT NULL,
    training_hours   integer NOT NULL,
    reasons          jsonb NOT NULL,            -- reason NAME -> minutes
    judged_under     text NOT NULL,
    PRIMARY KEY (terminal, session),
    CHECK (minutes_recorded = minutes_accepted + minutes_refused + minutes_unsure)
);
CREATE INDEX ON session_outcome (trainee, started_at);
CREATE INDEX ON session_outcome (instructor, started_at);

CREATE TABLE flag (
    reason         smallint NOT NULL,
    terminal       bigint NOT NULL,
    session        bigint NOT NULL,             -- 0: the terminal as a whole
    other_terminal bigint NOT NULL,             -- the other side of an overlap, else 0
    other_session  bigint NOT NULL,
    records        integer NOT NULL CHECK (records > 0),
    first_minute   integer,
    last_minute    integer,
    judged_under   text NOT NULL,
    PRIMARY KEY (reason, terminal, session, other_terminal, other_session)
);

-- A trainee's credit for a training session is the sum of its entries; a correction is one more entry.
CREATE TABLE credit (
    entry        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    terminal     bigint NOT NULL,
    session      bigint NOT NULL,
    trainee      bigint NOT NULL,
    part         smallint NOT NULL,
    minutes      integer NOT NULL CHECK (minutes <> 0),
    corrects     bigint REFERENCES credit,      -- the entry before it for the same session, trainee and part
    judged_under text NOT NULL
);
CREATE INDEX ON credit (terminal, session, trainee, part, entry);
CREATE INDEX ON credit (trainee, part);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger % is append-only; add a correcting entry instead.', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
