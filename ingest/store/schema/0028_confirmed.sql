-- When the password (and the code, where the account has a second factor) was given last in a browser's session: at
-- log-in, or since. Null: never.
ALTER TABLE browser_session ADD COLUMN confirmed_at timestamptz;
UPDATE browser_session SET confirmed_at = created_at;

-- By what its owner knows it and ends it, and from where it began ('': not known).
ALTER TABLE browser_session ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE browser_session ADD COLUMN address text NOT NULL DEFAULT '';

-- The hour in which the token was used last. Null: never.
ALTER TABLE api_token ADD COLUMN used_at timestamptz;
