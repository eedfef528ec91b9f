-- A claim of an Idempotency-Key is marked in the transaction of what its request does, so that a desk that dies before
-- it has answered leaves a trace of it. claim: a new one each time the key is taken; who has lost it can do nothing.
ALTER TABLE idempotent_answer
    ADD COLUMN claim bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN is_done boolean NOT NULL DEFAULT false;
