-- Training sessions that the screening has looked at, with how many of their minutes, so that the judge can tell
-- which verdicts rest on a screening and which do not.
CREATE TABLE screened_session (
    terminal       bigint NOT NULL,
    session        bigint NOT NULL,
    minutes        integer NOT NULL,
    screened_under text NOT NULL,           -- version of the screening
    PRIMARY KEY (terminal, session)
);
