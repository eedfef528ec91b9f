-- The registry grows: approval, validity and classes; operators of timing platforms; permitted hours.
-- As in 0001, rows are only ever added, and the highest entry of one (number, valid_from) is what is believed.

CREATE DOMAIN approval AS text
    CHECK (VALUE IN ('approved', 'pending', 'refused', 'suspended', 'cancelled', 'locked'));

ALTER TABLE school
    ADD COLUMN state approval NOT NULL DEFAULT 'approved',
    ADD COLUMN province integer,             -- GB/T 2260
    ADD COLUMN city integer;

ALTER TABLE car
    ADD COLUMN state approval NOT NULL DEFAULT 'approved',
    ADD COLUMN vehicle_class text,
    ADD COLUMN inspected_until date;         -- the last day of what it says, as every *_until

ALTER TABLE instructor
    ADD COLUMN state approval NOT NULL DEFAULT 'approved',
    ADD COLUMN licence_until date,
    ADD COLUMN permit_until date,
    ADD COLUMN vehicle_classes text[] NOT NULL DEFAULT '{}';

ALTER TABLE trainee
    ADD COLUMN state approval NOT NULL DEFAULT 'approved',
    ADD COLUMN enrolled_on date,
    ADD COLUMN parts_passed smallint[] NOT NULL DEFAULT '{}';

ALTER TABLE terminal
    ADD COLUMN state approval NOT NULL DEFAULT 'approved',
    ADD COLUMN operator text;

CREATE TABLE operator (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load        bigint NOT NULL REFERENCES registry_load,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number      text NOT NULL,               -- platform number, such as A0107
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz CHECK (valid_to > valid_from),
    name        text NOT NULL,
    state       approval NOT NULL DEFAULT 'approved'
);
CREATE INDEX ON operator (number, valid_from, entry);

CREATE TABLE training_days (
    entry          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load           bigint NOT NULL REFERENCES registry_load,
    recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    number         text NOT NULL,            -- a name, such as shanghai-hours
    valid_from     timestamptz NOT NULL,
    valid_to       timestamptz CHECK (valid_to > valid_from),
    province       integer,
    city           integer,
    school         bigint,
    windows        text[] NOT NULL,          -- permitted hours of the local day, such as 06:00-22:00
    banned         date[] NOT NULL,
    utc_offset_min smallint NOT NULL
);
CREATE INDEX ON training_days (number, valid_from, entry);
