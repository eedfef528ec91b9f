"""Orders of the server: their numbers, what they do, the settings they change."""
