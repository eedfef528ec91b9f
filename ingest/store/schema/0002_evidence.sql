-- Evidence: one row for each record, the signed bytes as they came. Nothing updates or deletes a row.
-- utc: the minute of a minute record, else the record's own time; 1970-01-01 when the terminal did not know.
-- (envelope_first, envelope_count, seal) let the sealed envelope be put together again byte for byte.
-- Columns stand in the order that wastes no padding.
DO $$
DECLARE
    timescale boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
    EXECUTE $sql$
        CREATE TABLE evidence (
            terminal       bigint NOT NULL,
            seq            bigint NOT NULL,
            utc            timestamptz NOT NULL,
            received_at    timestamptz NOT NULL,
            session        bigint NOT NULL,
            envelope_first bigint NOT NULL,
            envelope_count smallint NOT NULL,
            kind           smallint NOT NULL,
            seal           bytea NOT NULL,
            record         bytea NOT NULL,
            PRIMARY KEY (terminal, seq, utc)
        )$sql$ || CASE WHEN timescale THEN '' ELSE ' PARTITION BY RANGE (utc)' END;
    IF timescale THEN
        EXECUTE $sql$SELECT create_hypertable('evidence', 'utc', chunk_time_interval => interval '1 month',
                                              create_default_indexes => false)$sql$;
    ELSE
        -- The months between are made on demand (ingest.store.parts): there is no default partition, so
        -- that adding a month never has to lock or scan one.
        EXECUTE $sql$CREATE TABLE evidence_before PARTITION OF evidence
                     FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00:00+00')$sql$;
        EXECUTE $sql$CREATE TABLE evidence_after PARTITION OF evidence
                     FOR VALUES FROM ('2050-01-01 00:00:00+00') TO (MAXVALUE)$sql$;
    END IF;
END $$;

-- How far each terminal's chain is stored without a gap. Written only by the one ingest.
CREATE TABLE terminal_head (
    terminal          bigint PRIMARY KEY,
    through           bigint NOT NULL,      -- every seq <= through is stored
    head              bytea NOT NULL,       -- SHA-256 of record through; zeros when through is 0
    stored            bigint NOT NULL,      -- records stored, those beyond a gap included
    beyond            bigint NOT NULL,      -- records stored beyond a gap
    last_received_at  timestamptz NOT NULL,
    CHECK (stored = through + beyond)
) WITH (fillfactor = 70);

-- What was not believed: the payload, the first reason, and how many records it claimed to hold.
CREATE TABLE quarantine (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at  timestamptz NOT NULL,
    topic        text NOT NULL,
    reason       smallint NOT NULL,
    terminal     bigint,                    -- claimed; proven only for reasons found after the seal
    seq          bigint,                    -- first seq of the envelope, where it could be opened
    records      integer NOT NULL CHECK (records >= 1),
    payload_size integer NOT NULL,
    payload      bytea NOT NULL,            -- the first 4096 bytes
    detail       text NOT NULL
);
CREATE INDEX ON quarantine (terminal, received_at);
CREATE INDEX ON quarantine (received_at);

-- Conservation, in records. last_batch tells whether a commit whose answer was lost had happened.
CREATE TABLE conservation (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),      -- there is one row
    received    bigint NOT NULL DEFAULT 0,
    stored      bigint NOT NULL DEFAULT 0,
    duplicates  bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    last_batch  uuid,
    CHECK (received = stored + duplicates + quarantined)
) WITH (fillfactor = 50);
INSERT INTO conservation DEFAULT VALUES;
