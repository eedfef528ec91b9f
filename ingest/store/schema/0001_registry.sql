-- The registry: who and what was licensed, from when to when, and since when we knew it.
-- Rows are only ever added. For one (number, valid_from) the row with the highest entry is what is believed;
-- what was believed at an instant is the highest entry recorded before it.

CREATE TABLE registry_load (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    source      text NOT NULL,
    sha256      bytea NOT NULL
);

CREATE TABLE school (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load        bigint NOT NULL REFERENCES registry_load,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number      bigint NOT NULL CHECK (number BETWEEN 1 AND 9999999999999999),
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz CHECK (valid_to > valid_from),
    name        text NOT NULL
);
CREATE INDEX ON school (number, valid_from, entry);

CREATE TABLE car (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load        bigint NOT NULL REFERENCES registry_load,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number      bigint NOT NULL CHECK (number BETWEEN 1 AND 9999999999999999),
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz CHECK (valid_to > valid_from),
    plate       text NOT NULL,
    school      bigint NOT NULL
);
CREATE INDEX ON car (number, valid_from, entry);

CREATE TABLE instructor (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load        bigint NOT NULL REFERENCES registry_load,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number      bigint NOT NULL CHECK (number BETWEEN 1 AND 9999999999999999),
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz CHECK (valid_to > valid_from),
    name        text NOT NULL,
    school      bigint NOT NULL
);
CREATE INDEX ON instructor (number, valid_from, entry);

CREATE TABLE trainee (
    entry         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load          bigint NOT NULL REFERENCES registry_load,
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    number        bigint NOT NULL CHECK (number BETWEEN 1 AND 9999999999999999),
    valid_from    timestamptz NOT NULL,
    valid_to      timestamptz CHECK (valid_to > valid_from),
    name          text NOT NULL,
    school        bigint NOT NULL,
    vehicle_class text NOT NULL
);
CREATE INDEX ON trainee (number, valid_from, entry);

CREATE TABLE terminal (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load        bigint NOT NULL REFERENCES registry_load,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number      bigint NOT NULL CHECK (number BETWEEN 1 AND 9999999999999999),
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz CHECK (valid_to > valid_from),
    key         bytea NOT NULL CHECK (length(key) = 32),
    car         bigint NOT NULL,
    school      bigint NOT NULL,
    revoked_at  timestamptz
);
CREATE INDEX ON terminal (number, valid_from, entry);

CREATE TABLE fence (
    entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load        bigint NOT NULL REFERENCES registry_load,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number      text NOT NULL,              -- the fence's id in the GeoJSON
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz,
    ground      text NOT NULL,
    feature     text NOT NULL               -- the GeoJSON feature as it was given
);
CREATE INDEX ON fence (number, valid_from, entry);
