-- Browsers from which an account was logged in to, by the SHA-256 of a cookie that a log-in gives. Their tries are
-- counted apart, so that whoever guesses elsewhere does not lock the owner out. Old rows are deleted.
CREATE TABLE known_browser (
    account bigint NOT NULL REFERENCES account,
    digest  bytea NOT NULL CHECK (length(digest) = 32),
    used_at timestamptz NOT NULL,
    PRIMARY KEY (account, digest)
);
CREATE INDEX ON known_browser (digest);
CREATE INDEX ON known_browser (used_at);
