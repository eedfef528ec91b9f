"""The random audit below /v1."""
