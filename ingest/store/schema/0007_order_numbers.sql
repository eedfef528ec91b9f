-- A terminal passes over an order whose number is not above the last one it has taken: such an order gets another.
ALTER TABLE terminal_order ADD COLUMN given_as bigint;   -- the number it was given under; null: it still has that

-- The highest order number that a terminal is known to have taken, by its ORDER records.
CREATE TABLE order_number_taken (
    terminal bigint PRIMARY KEY,
    number   bigint NOT NULL
);
INSERT INTO order_number_taken
    SELECT terminal, max(number) FROM terminal_order WHERE received_at IS NOT NULL GROUP BY terminal;
