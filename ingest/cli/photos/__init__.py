"""Photos that are stored or missing, and a second look at their faces."""
