-- What humans decide. The machine's verdicts stay as they are (view verdict); decided_minute lies over them, and
-- effective_verdict is both. decision and appeal_entry are only ever added to; the rest follows from them.

-- One training session as the queue shows and filters it, kept ready. Made again from session_outcome, flags,
-- suspicions, decisions, appeals and the registry (ingest.casework.queue); only the lease and drawn are written
-- by people's acts alone.
CREATE TABLE queue_entry (
    terminal     bigint NOT NULL,
    session      bigint NOT NULL,
    state        smallint NOT NULL DEFAULT 0,   -- ingest.decisions.states: 0 new, 2 decided, 3 appealed, 4 final;
                                                -- 1 leased is never stored: it is lease_until > now
    score        integer NOT NULL,              -- the higher the worse (ingest.decisions.score)
    rank         integer GENERATED ALWAYS AS (-score) STORED,  -- so that all of (rank, terminal, session) ascends
    needs_human  boolean NOT NULL,              -- false: only listed
    why          text[] NOT NULL DEFAULT '{}',  -- ingest.decisions.needs: what asks for a human
    school       bigint NOT NULL,               -- of the terminal, when the session began; 0 unknown
    ground       text NOT NULL,                 -- nearest training ground; '' unknown
    utc_offset_min smallint NOT NULL,           -- of the rule set it was judged by
    instructor   bigint NOT NULL,
    trainee      bigint NOT NULL,
    car          bigint NOT NULL,               -- 0 unknown
    part         smallint NOT NULL,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    local_day    date NOT NULL,
    recorded     integer NOT NULL,              -- minutes
    accepted     integer NOT NULL,              -- by the machine
    refused      integer NOT NULL,
    unsure       integer NOT NULL,
    effective    integer NOT NULL,              -- minutes accepted when decisions are laid over
    reasons      smallint[] NOT NULL,           -- all reasons of its minutes and flags, those that weigh most first
    owner        bigint REFERENCES account,     -- who holds the lease
    lease_until  timestamptz,
    decided_by   bigint REFERENCES account,     -- of the last decision in force
    not_owner    bigint REFERENCES account,     -- second look: anybody but this one
    layer        smallint NOT NULL DEFAULT 0,   -- of the last decision in force
    decision     bigint,                        -- last one in force
    changed      boolean NOT NULL DEFAULT false, -- the machine judges otherwise than when it was decided
    drawn        boolean NOT NULL DEFAULT false, -- by the random audit
    judged_under text NOT NULL,
    PRIMARY KEY (terminal, session)
);
-- What is included lets what waits be counted without its rows being read.
CREATE INDEX queue_worst ON queue_entry (rank, terminal, session)
    INCLUDE (state, lease_until, school, ground, instructor, trainee, local_day, reasons) WHERE needs_human;
CREATE INDEX queue_all ON queue_entry (rank, terminal, session);
CREATE INDEX queue_school ON queue_entry (school, rank, terminal, session);
CREATE INDEX queue_school_needs ON queue_entry (school, rank, terminal, session) WHERE needs_human;
CREATE INDEX queue_ground ON queue_entry (ground, rank, terminal, session);
CREATE INDEX queue_ground_needs ON queue_entry (ground, rank, terminal, session) WHERE needs_human;
CREATE INDEX queue_instructor ON queue_entry (instructor, rank, terminal, session);
CREATE INDEX queue_trainee ON queue_entry (trainee, rank, terminal, session);
CREATE INDEX queue_car ON queue_entry (car);
CREATE INDEX queue_day ON queue_entry (local_day);
CREATE INDEX queue_day_needs ON queue_entry (local_day, rank, terminal, session) WHERE needs_human;
CREATE INDEX queue_state ON queue_entry (state, rank, terminal, session)
    INCLUDE (lease_until, needs_human) WHERE state <> 0;
CREATE INDEX queue_owner ON queue_entry (owner) WHERE owner IS NOT NULL;
CREATE INDEX queue_decided_by ON queue_entry (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX queue_reasons ON queue_entry USING gin (reasons);

-- Who and what the queue's sessions name, one row each: a search finds its numbers here first, so that no row
-- of a session holds a name and a substring is looked for in some ten thousand rows, not in a million.
CREATE TABLE queue_name (
    kind    smallint NOT NULL,                  -- 1 school, 2 instructor, 3 trainee, 4 car, 5 terminal
    number  bigint NOT NULL,
    name    text NOT NULL,                      -- a car's: its plate; a terminal's: ''
    found   text NOT NULL,                      -- sixteen digits and the name, lower case
    PRIMARY KEY (kind, number)
);

-- Sessions judged since the queue was last brought up to date.
CREATE TABLE queue_due (
    entry     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    terminal  bigint NOT NULL,
    session   bigint NOT NULL
);
INSERT INTO queue_due (terminal, session) SELECT terminal, session FROM session_outcome;

-- accepts, refuses: the minutes (Unix minutes, ascending) on which it says so; both for kind accept, which takes
-- what was said below it away. undoes: kind undo and reverse. judged: SHA-256 of the machine's verdicts when it
-- was decided (ingest.decisions.overlay.judged_digest).
CREATE TABLE decision (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    terminal    bigint NOT NULL,
    session     bigint NOT NULL,
    layer       smallint NOT NULL CHECK (layer BETWEEN 1 AND 3),
    kind        text NOT NULL CHECK (kind IN ('accept', 'refuse', 'restore', 'second_look', 'undo', 'reverse')),
    account     bigint NOT NULL REFERENCES account,
    accepts     integer[] NOT NULL DEFAULT '{}',
    refuses     integer[] NOT NULL DEFAULT '{}',
    chosen      text NOT NULL DEFAULT '',        -- by what the minutes were chosen; '': one by one
    cause       text NOT NULL,                   -- chosen from ingest.decisions.causes
    words       text NOT NULL CHECK (length(words) <= 80),
    undoes      bigint REFERENCES decision,
    proposed_by bigint REFERENCES account,       -- reverse: the first of the two persons
    bulk        uuid,                            -- one number for all of a bulk decision
    judged      bytea NOT NULL CHECK (length(judged) = 32),
    judged_under text NOT NULL,                  -- rules and registry of the machine's verdict then
    CHECK ((undoes IS NOT NULL) = (kind IN ('undo', 'reverse'))),
    CHECK ((proposed_by IS NOT NULL) = (kind = 'reverse')),
    CHECK (proposed_by <> account)
);
CREATE INDEX ON decision (terminal, session, id);
CREATE INDEX ON decision (account, id);
CREATE INDEX ON decision (bulk) WHERE bulk IS NOT NULL;
CREATE UNIQUE INDEX ON decision (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Minutes on which a decision in force says something else than, or confirms, the machine; derived from decision.
CREATE TABLE decided_minute (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    minute   integer NOT NULL,
    verdict  smallint NOT NULL CHECK (verdict BETWEEN 0 AND 1),
    decision bigint NOT NULL REFERENCES decision,
    PRIMARY KEY (terminal, session, minute)
);

-- A reversal of a final decision that waits for its second person.
CREATE TABLE reversal_proposal (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    decision   bigint NOT NULL REFERENCES decision,
    account    bigint NOT NULL REFERENCES account,
    cause      text NOT NULL,
    words      text NOT NULL CHECK (length(words) <= 80),
    closed_at  timestamptz,
    outcome    text CHECK (outcome IN ('confirmed', 'refused', 'withdrawn')),
    closed_by  bigint REFERENCES account
);
CREATE UNIQUE INDEX ON reversal_proposal (decision) WHERE closed_at IS NULL;

-- A school's appeal and its thread.
CREATE TABLE appeal (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    terminal  bigint NOT NULL,
    session   bigint NOT NULL,
    account   bigint NOT NULL REFERENCES account,
    closed_at timestamptz,
    decision  bigint REFERENCES decision          -- what closed it
);
CREATE UNIQUE INDEX ON appeal (terminal, session) WHERE closed_at IS NULL;
CREATE INDEX ON appeal (terminal, session, id);
CREATE TABLE appeal_entry (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appeal  bigint NOT NULL REFERENCES appeal,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    account bigint NOT NULL REFERENCES account,
    words   text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000)
);
CREATE INDEX ON appeal_entry (appeal, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON appeal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The ledger: entries with a decision correct what the judge's entries of the session add up to.
ALTER TABLE credit ADD COLUMN decision bigint REFERENCES decision;

-- A decision speaks of a minute, the machine of a record; a record that repeats a minute (41, MINUTE_TWICE) stays
-- as judged, so that a minute given back is given back once.
CREATE VIEW effective_verdict AS
    SELECT v.terminal, v.seq, v.session, v.minute,
           coalesce(d.verdict, v.verdict) AS verdict, v.verdict AS machine_verdict, d.decision,
           v.reasons, v.numbers, v.counted_s, v.stops
    FROM verdict v LEFT JOIN decided_minute d
         ON d.terminal = v.terminal AND d.session = v.session AND d.minute = v.minute AND 41 <> ALL (v.reasons);
