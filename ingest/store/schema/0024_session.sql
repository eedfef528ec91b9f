-- What inspectors write down about a session for one another, and who was on a ground at a time.

-- Only ever added to. No verdict, credit or decision rests on it; schools and trainees do not see it.
CREATE TABLE session_note (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    account  bigint NOT NULL REFERENCES account,
    words    text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000)
);
CREATE INDEX ON session_note (terminal, session, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON session_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE INDEX queue_ground_time ON queue_entry (ground, started_at);
