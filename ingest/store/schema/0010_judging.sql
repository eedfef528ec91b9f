-- Judging in two stages. own_verdict is what a terminal's own evidence says of a minute; shared_verdict what is
-- to add because of other sessions, one row for each minute that a shared rule speaks of; verdict is both.
ALTER TABLE verdict RENAME TO own_verdict;
ALTER TABLE own_verdict RENAME CONSTRAINT verdict_pkey TO own_verdict_pkey;
ALTER TABLE own_verdict DROP COLUMN judged_under;
TRUNCATE own_verdict;  -- judged again by the next run, from the evidence
DROP INDEX verdict_terminal_session_minute_idx;  -- a session's minutes are found by their seqs

CREATE TABLE shared_verdict (
    terminal bigint NOT NULL,
    seq      bigint NOT NULL,
    session  bigint NOT NULL,
    minute   integer NOT NULL,
    verdict  smallint NOT NULL CHECK (verdict BETWEEN 0 AND 2),   -- by shared rules alone
    reasons  smallint[] NOT NULL,
    numbers  jsonb NOT NULL,
    PRIMARY KEY (terminal, seq)
);
CREATE INDEX ON shared_verdict (terminal, session);

CREATE VIEW verdict AS
    SELECT o.terminal, o.seq, o.session, o.minute,
           CASE WHEN s.seq IS NULL THEN o.verdict
                WHEN 1 IN (o.verdict, s.verdict) THEN 1::smallint
                ELSE greatest(o.verdict, s.verdict) END AS verdict,
           CASE WHEN s.seq IS NULL THEN o.reasons
                ELSE ARRAY(SELECT unnest(o.reasons || s.reasons) ORDER BY 1) END AS reasons,
           CASE WHEN s.seq IS NULL THEN o.numbers ELSE o.numbers || s.numbers END AS numbers,
           o.counted_s, o.stops
    FROM own_verdict o LEFT JOIN shared_verdict s USING (terminal, seq);

-- What a session was judged to be by its terminal's evidence, and under what. pending: written by the first
-- stage and not yet settled with the others; until then outcomes and credit say what they said before.
CREATE TABLE judged_session (
    terminal     bigint NOT NULL,
    session      bigint NOT NULL,
    pending      boolean NOT NULL,
    gone         boolean NOT NULL,          -- pending only: there is no such session any more
    trainee      bigint NOT NULL,
    instructor   bigint NOT NULL,
    car          bigint NOT NULL,
    first_seq    bigint NOT NULL,           -- of its minute records; 0 and 0 without any
    last_seq     bigint NOT NULL,
    first_minute integer NOT NULL,
    last_minute  integer NOT NULL,
    south_e7     integer NOT NULL,
    north_e7     integer NOT NULL,
    west_e7      integer NOT NULL,
    east_e7      integer NOT NULL,
    not_inside   boolean NOT NULL,          -- some minute was not wholly inside a fence
    rules        text NOT NULL,             -- digest of the rule set
    registry     text NOT NULL,             -- digest of the facts and fences that concern it
    body         text NOT NULL,             -- JSON: counts, reasons, flags, a digest for each local day
    PRIMARY KEY (terminal, session, pending)
);
CREATE INDEX ON judged_session (terminal) WHERE pending;
CREATE INDEX ON judged_session (trainee);
CREATE INDEX ON judged_session (instructor);
CREATE INDEX ON judged_session (car);
CREATE INDEX ON judged_session (first_minute);

-- Whom a session claims and when (ingest/judge/shared.py): neighbours are found here.
CREATE TABLE session_share (
    terminal     bigint NOT NULL,
    session      bigint NOT NULL,
    ord          integer NOT NULL,
    pending      boolean NOT NULL,
    rules        text NOT NULL,
    occurrence   integer NOT NULL,
    trainee      bigint NOT NULL,
    instructor   bigint NOT NULL,
    car          bigint NOT NULL,
    start_s      bigint NOT NULL,
    first_minute integer NOT NULL,
    last_minute  integer NOT NULL,
    from_minute  integer NOT NULL,
    from_lat_e7  integer NOT NULL,
    from_lon_e7  integer NOT NULL,
    to_minute    integer NOT NULL,
    to_lat_e7    integer NOT NULL,
    to_lon_e7    integer NOT NULL,
    accepted_n   integer NOT NULL,
    creditable   bytea NOT NULL,            -- bits of minutes from first_minute on
    accepted     bytea NOT NULL,
    PRIMARY KEY (terminal, session, pending, ord)
);
CREATE INDEX ON session_share (trainee, first_minute);
CREATE INDEX ON session_share (instructor, first_minute);
CREATE INDEX ON session_share (car, first_minute) WHERE car > 0;

-- How much of a terminal's evidence has been judged.
CREATE TABLE judged_terminal (
    terminal   bigint PRIMARY KEY,
    last_seq   bigint NOT NULL,
    stored     bigint NOT NULL,             -- records stored then
    through    bigint NOT NULL,             -- every seq <= through was stored or lost then
    judged     bigint NOT NULL,             -- of these, those that came out of the judge
    open_from  bigint NOT NULL,             -- first minute that waits for a later record; 0: none does
    irregular  boolean NOT NULL,            -- sessions do not follow one another: judged whole each time
    unreadable bigint[] NOT NULL
);

-- A digest for each local day over all its minute verdicts, each with reasons and numbers: per session SHA-256
-- of its rows in the order of time, and over these in the order of (terminal, session).
CREATE TABLE session_day (
    day      integer NOT NULL,              -- local days since 1970-01-01
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    digest   bytea NOT NULL,
    PRIMARY KEY (day, terminal, session)
);
CREATE INDEX ON session_day (terminal, session);
CREATE TABLE judged_day (
    day      integer PRIMARY KEY,
    sessions integer NOT NULL,
    digest   bytea NOT NULL CHECK (length(digest) = 32)
);

-- The registry as it was when sessions were last compared with it.
CREATE TABLE judged_belief (
    kind   text NOT NULL,
    number text NOT NULL,
    facts  text NOT NULL,
    PRIMARY KEY (kind, number)
);

-- Rule sets that sessions were judged under, by digest: every threshold and every effect.
CREATE TABLE judged_rules (
    digest  text PRIMARY KEY,
    version text NOT NULL,
    rules   jsonb NOT NULL
);

-- Layers of the rule book as TOML; of each name the one recorded last is believed.
CREATE TABLE rule_layer (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    name        text NOT NULL,
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    text        text NOT NULL
);
CREATE INDEX ON rule_layer (name, entry);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_layer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Evidence of a stretch of days is found without reading all of it.
CREATE INDEX evidence_utc ON evidence USING brin (utc) WITH (autosummarize = on);
