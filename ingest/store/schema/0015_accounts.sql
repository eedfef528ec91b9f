-- Who may use the desk, and the log of what they did.

CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    role          text NOT NULL CHECK (role IN ('supervisor', 'inspector', 'school', 'auditor')),
    school        bigint NOT NULL DEFAULT 0,       -- role school: the only school it sees; else 0
    password_hash text,                            -- argon2id; null: cannot log in yet
    totp_secret   text,                            -- base32; null: no second factor
    password_is_initial boolean NOT NULL DEFAULT false, -- set by somebody else: to be replaced at log-in
    totp_pending  text,                            -- base32, shown to be enrolled, not yet proved by a code
    totp_last     bigint NOT NULL DEFAULT 0,       -- the last time step that was used: each code works once
    language      text NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
    is_active     boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((role = 'school') = (school <> 0))
);

-- A browser's session, by the SHA-256 of its cookie. Not whole: the password was right, and a second factor
-- that the role needs must be enrolled before anything else.
CREATE TABLE browser_session (
    digest      bytea PRIMARY KEY CHECK (length(digest) = 32),
    account     bigint NOT NULL REFERENCES account,
    is_whole    boolean NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at    timestamptz
);
CREATE INDEX ON browser_session (account);

CREATE TABLE api_token (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest      bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    account     bigint NOT NULL REFERENCES account,
    label       text NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
    scopes      text[] NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz,
    revoked_at  timestamptz
);
CREATE INDEX ON api_token (account);

-- Log-ins that failed or are being tried, by account name (its SHA-256: people type passwords into the wrong
-- field) and by address, for the rate limit. Old rows are deleted.
CREATE TABLE log_in_failure (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key     text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON log_in_failure (key, at);
CREATE INDEX ON log_in_failure (at);

-- Answers to writes that carried an Idempotency-Key. status null: the first request is still being answered.
CREATE TABLE idempotent_answer (
    account    bigint NOT NULL REFERENCES account,
    key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 80),
    request    bytea NOT NULL CHECK (length(request) = 32),   -- SHA-256 of method, path and body
    status     smallint,
    body       text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account, key)
);
CREATE INDEX ON idempotent_answer (created_at);

-- Every act, each entry chained to the one before it. digest: SHA-256 over the entry's canonical JSON, which
-- holds the digest before (ingest/casework/audit.py). Rows are only ever added.
CREATE TABLE audit_log (
    entry       bigint PRIMARY KEY CHECK (entry >= 1),       -- without a gap
    at          timestamptz NOT NULL,
    account     bigint NOT NULL,                             -- 0: a command or the system
    actor       text NOT NULL,
    role        text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    details     jsonb NOT NULL,
    address     text NOT NULL,
    before      bytea NOT NULL CHECK (length(before) = 32),
    digest      bytea NOT NULL CHECK (length(digest) = 32)
);
CREATE INDEX ON audit_log (subject, entry);
CREATE INDEX ON audit_log (account, entry);
CREATE INDEX ON audit_log (action, entry);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
