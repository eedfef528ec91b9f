"""JSON under /v1, one file a subject; every write takes an Idempotency-Key."""
