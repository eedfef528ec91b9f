"""Cars now and orders below /v1."""
