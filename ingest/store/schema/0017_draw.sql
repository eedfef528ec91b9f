-- The random audit: committed lists, public seeds, drawn sessions, blind repeats. Rows are only ever added, and in
-- this order: list, seed (two persons), result. The texts and their digests are what is published.

CREATE TABLE draw_commit (
    day          date PRIMARY KEY,
    committed_at timestamptz NOT NULL,
    list         bytea NOT NULL,                -- UTF-8 (ingest/draw/day_list.py)
    digest       bytea NOT NULL CHECK (digest = sha256(list)),
    sessions     integer NOT NULL,
    seed_words   text NOT NULL,                 -- which public value
    seed_due     timestamptz NOT NULL CHECK (seed_due > committed_at),
    account      bigint NOT NULL                -- 0: a command
);

-- Every training session stands in exactly one day's list; what comes after a list is closed goes into the next.
CREATE TABLE draw_listed (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    day      date NOT NULL REFERENCES draw_commit DEFERRABLE INITIALLY DEFERRED,  -- the list's
    school   bigint NOT NULL,                   -- 0: not known
    PRIMARY KEY (terminal, session)
);
CREATE INDEX ON draw_listed (day);

-- What makes the blind repeats blind; told when all of a day's repeats are decided.
CREATE TABLE draw_repeat_key (
    day date PRIMARY KEY REFERENCES draw_commit,
    key text NOT NULL
);

-- What a supervisor read as the seed. The seed stands once the newest entries of two of them say the same.
CREATE TABLE draw_seed_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day          date NOT NULL REFERENCES draw_commit,
    at           timestamptz NOT NULL,
    account      bigint NOT NULL REFERENCES account,
    seed         text NOT NULL,
    published_at timestamptz NOT NULL           -- when the value became known
);
CREATE INDEX ON draw_seed_entry (day, id);

CREATE TABLE draw_seed (
    day          date PRIMARY KEY REFERENCES draw_commit,
    at           timestamptz NOT NULL,
    seed         text NOT NULL,
    published_at timestamptz NOT NULL,
    first_entry  bigint NOT NULL REFERENCES draw_seed_entry,
    second_entry bigint NOT NULL REFERENCES draw_seed_entry
);

CREATE TABLE draw_result (
    day    date PRIMARY KEY REFERENCES draw_seed,
    at     timestamptz NOT NULL,
    result bytea NOT NULL,                      -- the drawn lines of the list
    digest bytea NOT NULL CHECK (digest = sha256(result)),
    drawn  integer NOT NULL,
    repeats integer NOT NULL
);

CREATE TABLE drawn_session (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    day      date NOT NULL REFERENCES draw_seed,
    is_repeat boolean NOT NULL,                 -- a second inspector decides it too, blind
    PRIMARY KEY (terminal, session),
    FOREIGN KEY (terminal, session) REFERENCES draw_listed
);
CREATE INDEX ON drawn_session (day);
CREATE INDEX drawn_repeats ON drawn_session (terminal, session) WHERE is_repeat;

-- Who has a repeat before him, until when.
CREATE TABLE repeat_assignment (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    account  bigint NOT NULL REFERENCES account,
    at       timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    FOREIGN KEY (terminal, session) REFERENCES drawn_session
);
CREATE INDEX ON repeat_assignment (terminal, session, id);
CREATE INDEX ON repeat_assignment (account, id);

-- What the second inspector said. The decision in force is not touched by it.
CREATE TABLE repeat_answer (
    terminal       bigint NOT NULL,
    session        bigint NOT NULL,
    at             timestamptz NOT NULL,
    account        bigint NOT NULL REFERENCES account,
    first_account  bigint NOT NULL REFERENCES account,
    first_decision bigint NOT NULL REFERENCES decision,   -- his last one then in force
    first_kind     text NOT NULL,
    kind           text NOT NULL,
    acts           jsonb NOT NULL,
    cause          text NOT NULL,
    words          text NOT NULL CHECK (length(words) <= 80),
    PRIMARY KEY (terminal, session),
    FOREIGN KEY (terminal, session) REFERENCES drawn_session,
    CHECK (account <> first_account)
);

-- Both persons' verdicts of each minute (0 accepted, 1 refused, 2 unsure), as they were when the second answered.
CREATE TABLE repeat_minute (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    minute   integer NOT NULL,
    first    smallint NOT NULL CHECK (first BETWEEN 0 AND 2),
    second   smallint NOT NULL CHECK (second BETWEEN 0 AND 2),
    PRIMARY KEY (terminal, session, minute),
    FOREIGN KEY (terminal, session) REFERENCES repeat_answer
);

-- A supervisor has looked at two answers that differ.
CREATE TABLE repeat_settled (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    at       timestamptz NOT NULL,
    account  bigint NOT NULL REFERENCES account,
    words    text NOT NULL CHECK (length(words) <= 80),
    PRIMARY KEY (terminal, session),
    FOREIGN KEY (terminal, session) REFERENCES repeat_answer
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['draw_listed', 'draw_commit', 'draw_repeat_key', 'draw_seed_entry', 'draw_seed',
        'draw_result', 'drawn_session', 'repeat_assignment', 'repeat_answer', 'repeat_minute', 'repeat_settled']
    LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;

-- A list is whole when its commit stands: nothing is put into it afterwards.
CREATE FUNCTION refuse_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh JOIN draw_commit USING (day)) THEN
        RAISE EXCEPTION 'The list of this day is closed; a late session goes into the next one.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER closed AFTER INSERT ON draw_listed REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_listing();

CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sessions <> (SELECT count(*) FROM draw_listed WHERE day = NEW.day) THEN
        RAISE EXCEPTION 'The list of % does not have as many sessions as were listed.', NEW.day;
    END IF;
    IF EXISTS (SELECT FROM draw_commit WHERE day >= NEW.day) THEN
        RAISE EXCEPTION 'A list of % or a later day is closed already.', NEW.day;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_order BEFORE INSERT ON draw_commit FOR EACH ROW EXECUTE FUNCTION refuse_commit();

-- A seed is what two persons read, of a value that came after the list was closed.
CREATE FUNCTION refuse_seed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.published_at <= (SELECT committed_at FROM draw_commit WHERE day = NEW.day) THEN
        RAISE EXCEPTION 'The seed of % is older than its list.', NEW.day;
    END IF;
    IF (SELECT count(DISTINCT account) FROM draw_seed_entry
        WHERE id IN (NEW.first_entry, NEW.second_entry) AND day = NEW.day AND seed = NEW.seed) <> 2 THEN
        RAISE EXCEPTION 'The seed of % was not read by two persons.', NEW.day;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER read_twice BEFORE INSERT ON draw_seed FOR EACH ROW EXECUTE FUNCTION refuse_seed();
