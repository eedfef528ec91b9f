-- The random audit, dealt: who is to decide each drawn session, and the first of two blind answers, which is kept
-- sealed until the second is given, so that nothing of it can be seen before.

-- Two rows of a session make it a blind repeat. Until then only these persons and supervisors decide it.
CREATE TABLE draw_dealt (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    account  bigint NOT NULL REFERENCES account,
    until    timestamptz NOT NULL,
    PRIMARY KEY (terminal, session, account),
    FOREIGN KEY (terminal, session) REFERENCES drawn_session
);
CREATE INDEX ON draw_dealt (account);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON draw_dealt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A decision that becomes an entry of the ledger with the second answer, or once nobody is waited for any more;
-- then its row goes. Columns as in decision.
CREATE TABLE repeat_sealed (
    terminal     bigint NOT NULL,
    session      bigint NOT NULL,
    account      bigint NOT NULL REFERENCES account,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind         text NOT NULL CHECK (kind IN ('accept', 'refuse', 'restore', 'second_look')),
    accepts      integer[] NOT NULL,
    refuses      integer[] NOT NULL,
    chosen       text NOT NULL,
    cause        text NOT NULL,
    words        text NOT NULL CHECK (length(words) <= 80),
    judged       bytea NOT NULL CHECK (length(judged) = 32),
    judged_under text NOT NULL,
    PRIMARY KEY (terminal, session),
    FOREIGN KEY (terminal, session, account) REFERENCES draw_dealt
);
CREATE INDEX ON repeat_sealed (account);
CREATE INDEX ON repeat_answer (account);

-- Who has a repeat before him is no longer decided when he asks for the next session, but when it is drawn.
DROP TABLE repeat_assignment;

-- What was decided up to the draw does not answer it. By number, so that a clock that is put back changes nothing.
ALTER TABLE draw_result ADD COLUMN last_decision bigint NOT NULL DEFAULT 0;
ALTER TABLE draw_result DISABLE TRIGGER append_only;
UPDATE draw_result SET last_decision =
    (SELECT coalesce(max(decision.id), 0) FROM decision WHERE decision.at <= draw_result.at);
ALTER TABLE draw_result ENABLE TRIGGER append_only;
ALTER TABLE draw_result ALTER COLUMN last_decision DROP DEFAULT;
