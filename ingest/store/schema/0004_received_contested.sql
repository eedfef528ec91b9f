-- What is received is counted by itself, by the frames of the payloads; what became of it by what the tables
-- took. A check that both sides agree would keep a loss from being seen: it would only stop the count.
ALTER TABLE conservation DROP CONSTRAINT conservation_check;

-- Terminals whose records contradict each other, and from which seq on. A view of the quarantine, so that the
-- mark follows from what was put aside alone. Reasons 6 CHAIN_BROKEN and 7 SEQ_FORK (firmware/wire/reasons.py)
-- are found after the seal: nobody without the terminal's key can mark it. seq is the first of the envelope,
-- which is put aside whole; a record that does not follow contradicts what is stored before it.
CREATE INDEX ON quarantine (terminal, seq) WHERE reason IN (6, 7);
CREATE VIEW contested AS
    SELECT terminal, min(CASE reason WHEN 6 THEN greatest(seq - 1, 1) ELSE seq END) AS contested_from
    FROM quarantine
    WHERE reason IN (6, 7) AND terminal IS NOT NULL AND seq IS NOT NULL
    GROUP BY terminal;
