-- The public half of the key pair that a terminal made itself; null: its minutes need no signature.
ALTER TABLE terminal ADD COLUMN public_key bytea CHECK (length(public_key) = 32);

-- The newest of the records that say how a terminal is: 1 BOOT, 6 DIAGNOSTIC, 11 STATUS.
CREATE INDEX evidence_state ON evidence (terminal, seq) WHERE kind IN (1, 6, 11);

-- Minutes that came thinned in an envelope although they may be stored whole: their digest is the same, but the
-- envelope's seal is over the thinned bytes.
CREATE TABLE came_thin (
    terminal bigint NOT NULL,
    seal     bytea NOT NULL,
    seq      bigint NOT NULL,
    PRIMARY KEY (terminal, seal, seq)
);

-- Derived, like verdicts: what became of every HEAD record's signature.
CREATE TABLE head_signature (
    terminal     bigint NOT NULL,
    seq          bigint NOT NULL,
    through      bigint NOT NULL,
    state        smallint NOT NULL CHECK (state BETWEEN 0 AND 4),
    judged_under text NOT NULL,
    PRIMARY KEY (terminal, seq)
);
COMMENT ON COLUMN head_signature.state IS
    '0 holds; 1 the signature is wrong; 2 another key; 3 not the stored record; 4 record through has not arrived';

-- The terminal's own opinion of a minute: seconds it counted, and why not all of them. Shown, never credited.
ALTER TABLE verdict ADD COLUMN counted_s smallint NOT NULL DEFAULT 0;
ALTER TABLE verdict ADD COLUMN stops smallint NOT NULL DEFAULT 0;

-- Photos by digest. received: bytes from the start that are there; whole (complete_at set) once they are all
-- there, match the digest, and a record of the terminal names them.
CREATE TABLE photo (
    terminal    bigint NOT NULL,
    digest      bytea NOT NULL CHECK (length(digest) = 32),
    size        integer NOT NULL CHECK (size BETWEEN 1 AND 20480),
    received    integer NOT NULL CHECK (received = length(bytes) AND received <= size),
    touched_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    complete_at timestamptz,
    bytes       bytea NOT NULL,
    PRIMARY KEY (terminal, digest),
    CHECK (complete_at IS NULL OR received = size)
);
CREATE INDEX ON photo (terminal, touched_at) WHERE complete_at IS NULL;

-- Which record names which photo; written with the record.
CREATE TABLE photo_named (
    terminal bigint NOT NULL,
    seq      bigint NOT NULL,
    digest   bytea NOT NULL,
    utc      timestamptz NOT NULL,
    PRIMARY KEY (terminal, seq)
);
CREATE INDEX ON photo_named (terminal, digest);

-- Payloads of the bulk topic, apart from the conservation of records.
CREATE TABLE bulk_count (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    received bigint NOT NULL DEFAULT 0,
    taken    bigint NOT NULL DEFAULT 0,      -- chunks that brought new bytes
    repeated bigint NOT NULL DEFAULT 0,      -- chunks whose bytes were there, or that came too early
    wanted   bigint NOT NULL DEFAULT 0,      -- pieces of an update asked for
    refused  bigint NOT NULL DEFAULT 0,
    CHECK (received = taken + repeated + wanted + refused)
) WITH (fillfactor = 50);
INSERT INTO bulk_count DEFAULT VALUES;

-- Update images, from which terminals with an open order for them are served.
CREATE TABLE firmware_image (
    digest   bytea PRIMARY KEY CHECK (length(digest) = 32),
    version  bigint NOT NULL,
    manifest bytea NOT NULL,
    bytes    bytea NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Orders: rows are added by a person, sent when the terminal is heard from, and followed by its ORDER records.
CREATE TABLE terminal_order (
    terminal    bigint NOT NULL,
    number      bigint NOT NULL CHECK (number BETWEEN 1 AND 4294967295),
    code        smallint NOT NULL,
    body        bytea NOT NULL,
    until_s     bigint NOT NULL DEFAULT 0,   -- Unix seconds; 0: no limit
    image       bytea REFERENCES firmware_image,
    operator    text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at     timestamptz,                 -- last sent
    received_at timestamptz,                 -- the terminal has begun
    done_at     timestamptz,
    outcome     smallint,                    -- as in the ORDER record; null until done
    value       bigint,
    PRIMARY KEY (terminal, number)
);
CREATE INDEX ON terminal_order (terminal, number) WHERE done_at IS NULL;
