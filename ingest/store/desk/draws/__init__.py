"""Lists, seeds and results of the random audit, and its repeats."""
