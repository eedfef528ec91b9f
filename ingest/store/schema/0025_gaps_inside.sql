-- Records that never came, told of the session they lie in: between its sign-in, whose number is the session's,
-- and its last record, next to records of that session or of none. So a gap has a day, a ground and an instructor.
ALTER TABLE session_figures
    ADD COLUMN spanned     integer NOT NULL DEFAULT 0,   -- records written meanwhile, stored or not
    ADD COLUMN gap_records integer NOT NULL DEFAULT 0;   -- of these, those that are not stored
ALTER TABLE statistic
    ADD COLUMN spanned     integer NOT NULL DEFAULT 0,
    ADD COLUMN gap_records integer NOT NULL DEFAULT 0;

-- By which figures.VERSION the sums were made: a refresh by another makes all of them again.
ALTER TABLE statistic_state ADD COLUMN made_by smallint NOT NULL DEFAULT 0;
