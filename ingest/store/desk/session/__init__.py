"""What a session's page and its evidence pack read."""
