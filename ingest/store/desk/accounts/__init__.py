"""Accounts, browser sessions, tokens, idempotency keys, the audit log."""
