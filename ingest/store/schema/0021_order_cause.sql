-- Why a person gave an order: of bans and their end always. number: the one it was given under.
CREATE TABLE order_cause (
    terminal bigint NOT NULL,
    number   bigint NOT NULL,
    cause    text NOT NULL,
    words    text NOT NULL CHECK (length(words) <= 80),
    PRIMARY KEY (terminal, number)
);
