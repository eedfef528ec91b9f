-- Records that a terminal told it can no longer read: through passes them, and they are not stored.
ALTER TABLE terminal_head ADD COLUMN lost bigint[] NOT NULL DEFAULT '{}';  -- their seqs, none above through
ALTER TABLE terminal_head DROP CONSTRAINT terminal_head_check;
ALTER TABLE terminal_head ADD CHECK (stored = through - cardinality(lost) + beyond);
COMMENT ON COLUMN terminal_head.through IS 'every seq <= through is stored or lost';
