-- A second look at photos (hourfence faces, an optional extra). All but enrolled_photo is derived from stored
-- photos and records and may be made again. No descriptor of a face is kept, only how far two faces are apart.

-- A photo's faces and its look, by digest. look: as ingest.faces.looks has it, null for a picture that shows
-- nothing. The bands are its 16-bit quarters: of two looks 11 bits apart at least one is at most 2 apart.
CREATE TABLE photo_look (
    digest  bytea PRIMARY KEY CHECK (length(digest) = 32),
    faces   smallint NOT NULL,
    look    bigint,
    model   text NOT NULL,
    band_0  smallint GENERATED ALWAYS AS (((look & 65535) - 32768)::smallint) STORED,
    band_1  smallint GENERATED ALWAYS AS ((((look >> 16) & 65535) - 32768)::smallint) STORED,
    band_2  smallint GENERATED ALWAYS AS ((((look >> 32) & 65535) - 32768)::smallint) STORED,
    band_3  smallint GENERATED ALWAYS AS ((((look >> 48) & 65535) - 32768)::smallint) STORED
);
CREATE INDEX photo_look_0 ON photo_look (band_0) WHERE look IS NOT NULL;
CREATE INDEX photo_look_1 ON photo_look (band_1) WHERE look IS NOT NULL;
CREATE INDEX photo_look_2 ON photo_look (band_2) WHERE look IS NOT NULL;
CREATE INDEX photo_look_3 ON photo_look (band_3) WHERE look IS NOT NULL;

-- A photo of a training session beside its reference: the enrolled photo, else the sign-in's, else the first
-- with a face. seq: the record that names it.
CREATE TABLE photo_compared (
    terminal       bigint NOT NULL,
    session        bigint NOT NULL,
    role           smallint NOT NULL,       -- 1 instructor, 2 trainee
    seq            bigint NOT NULL,
    utc_s          bigint NOT NULL,
    digest         bytea NOT NULL,
    reference      bytea,                   -- digest; null: no photo with a face
    distance_1000  smallint,                -- null: no face in it, or no reference
    model          text NOT NULL,
    compared_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (terminal, session, role, seq)
);
CREATE INDEX photo_compared_digest ON photo_compared (digest);

-- Photos taken at enrolment, by the person's number; added and deleted by a person.
CREATE TABLE enrolled_photo (
    person    bigint PRIMARY KEY,
    digest    bytea NOT NULL CHECK (length(digest) = 32),
    bytes     bytea NOT NULL,
    added_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
