-- What humans decide. The machine's verdicts stay as they are (view verdict); decided_minute lies over them, and
-- effective_verdict is both. All but queue_entry is only ever added to, or says so.

-- One training session that a human may have to look at: what the queue shows and filters by, kept ready.
-- Made again from session_outcome, flags, suspicions and the registry whenever the judge has run; state and
-- lease are people's.
CREATE TABLE queue_entry (
    terminal     bigint NOT NULL,
    session      bigint NOT NULL,
    state        smallint NOT NULL DEFAULT 0,   -- 0 new, 2 decided, 3 appealed, 4 final (1 leased: by lease_until)
    score        integer NOT NULL,              -- the higher the worse (ingest.decisions.score)
    needs_human  boolean NOT NULL,              -- false: only listed
    school       bigint NOT NULL,               -- of the terminal, when the session began; 0 unknown
    ground       text NOT NULL,                 -- nearest training ground; '' unknown
    utc_offset_min smallint NOT NULL,           -- of the ground
    instructor   bigint NOT NULL,
    trainee      bigint NOT NULL,
    car          bigint NOT NULL,
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
    found_text   text NOT NULL,                 -- numbers and names to search in, lower case
    owner        bigint REFERENCES account,     -- who holds the lease, else who decided last
    lease_until  timestamptz,
    not_owner    bigint REFERENCES account,     -- second look: anybody but this one
    layer        smallint NOT NULL DEFAULT 0,   -- highest layer that decided
    decision     bigint,                        -- last one in force
    drawn        boolean NOT NULL DEFAULT false, -- by the random audit
    judged_under text NOT NULL,
    PRIMARY KEY (terminal, session)
);
CREATE INDEX queue_worst ON queue_entry (score DESC, terminal, session) WHERE needs_human;
CREATE INDEX queue_school ON queue_entry (school, score DESC, terminal, session);
CREATE INDEX queue_ground ON queue_entry (ground, score DESC, terminal, session);
CREATE INDEX queue_instructor ON queue_entry (instructor, score DESC, terminal, session);
CREATE INDEX queue_day ON queue_entry (local_day, score DESC, terminal, session);
CREATE INDEX queue_trainee ON queue_entry (trainee);

CREATE TABLE decision (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    terminal    bigint NOT NULL,
    session     bigint NOT NULL,
    layer       smallint NOT NULL CHECK (layer BETWEEN 1 AND 3),
    kind        text NOT NULL CHECK (kind IN ('accept', 'refuse', 'restore', 'second_look', 'undo', 'reverse')),
    account     bigint NOT NULL REFERENCES account,
    first_minute integer,                        -- refuse, restore: Unix minutes, inclusive
    last_minute  integer,
    cause       text NOT NULL,                   -- chosen from ingest.decisions.causes
    words       text NOT NULL CHECK (length(words) <= 80),
    undoes      bigint REFERENCES decision,      -- undo, reverse
    proposed_by bigint REFERENCES account,       -- reverse: the first of the two persons
    bulk        uuid,                            -- one number for all of a bulk decision
    judged_under text NOT NULL                   -- what the machine's verdict was made under when it was decided
);
CREATE INDEX ON decision (terminal, session, id);
CREATE INDEX ON decision (account, id);
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

CREATE VIEW effective_verdict AS
    SELECT v.terminal, v.seq, v.session, v.minute, coalesce(d.verdict, v.verdict) AS verdict,
           v.verdict AS machine_verdict, d.decision, v.reasons, v.numbers, v.counted_s, v.stops
    FROM verdict v LEFT JOIN decided_minute d USING (terminal, session, minute);
