-- Sessions of which a decision in force refuses every minute: what it says of minutes whose records come later too.
-- Derived from decision, as decided_minute is.
CREATE TABLE decided_rest (
    terminal bigint NOT NULL,
    session  bigint NOT NULL,
    decision bigint NOT NULL REFERENCES decision,
    PRIMARY KEY (terminal, session)
);
