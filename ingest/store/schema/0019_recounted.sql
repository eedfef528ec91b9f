-- Rows of evidence, counted one by one, terminal by terminal: what the heads say is stored is held to this.
-- One row a terminal, written by ingest.store.desk.recount; it can be made again.
CREATE TABLE recounted (
    terminal  bigint PRIMARY KEY,
    rows_n    bigint NOT NULL,        -- rows of evidence
    stored    bigint NOT NULL,        -- what terminal_head said at that moment
    at        timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX recounted_at ON recounted (at);
