"""The way to the broker and back: connections, retries, what is sent when, and what the server has."""
