"""Decisions below /v1: one, many at once, reversals, appeals."""
