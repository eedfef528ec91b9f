COMMENT ON COLUMN evidence.utc IS
    'When the record says it was: the minute of a minute record, else its own time. 1970-01-01 for unknown and '
    'before 2020, 2050-01-01 for later than the month after its receipt; what it says then is in record alone.';
