-- A search of the queue asks that every word be found somewhere in the session: in a name, a number, a ground or a
-- reason. Names are cut into pieces, so that a substring is looked up and not looked for.

-- found: sixteen digits, a space, the name in lower case with full-width letters made plain.
UPDATE queue_name SET found = lpad(number::text, 16, '0') || ' ' || lower(normalize(name, NFKC))
WHERE found <> lpad(number::text, 16, '0') || ' ' || lower(normalize(name, NFKC));

-- Of a queue_name.found: every four digits of the number; every letter of the name and every two. Its cost keeps
-- the planner from cutting up every row where it can ask the index.
CREATE FUNCTION queue_pieces(searched text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
DECLARE
    pieces text[] := '{}';
BEGIN
    FOR n IN 1 .. 13 LOOP
        pieces := array_append(pieces, substr(searched, n, 4));
    END LOOP;
    FOR n IN 18 .. length(searched) LOOP
        pieces := array_append(array_append(pieces, substr(searched, n, 1)), substr(searched, n, 2));
    END LOOP;
    RETURN pieces;
END $$;
CREATE INDEX queue_name_pieces ON queue_name USING gin (queue_pieces(found)) WITH (fastupdate = off);

-- The grounds that the queue's sessions name, as queue_name has the rest.
CREATE TABLE queue_ground_name (
    ground text PRIMARY KEY,
    found  text NOT NULL                        -- lower case, full-width letters made plain
);
INSERT INTO queue_ground_name
SELECT DISTINCT ground, lower(normalize(ground, NFKC)) FROM queue_entry WHERE ground <> '';

-- Filters of the queue that somebody keeps under a name.
CREATE TABLE queue_filter (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES account,
    name    text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    asked   jsonb NOT NULL,                     -- as the API takes filters
    UNIQUE (account, name)
);
