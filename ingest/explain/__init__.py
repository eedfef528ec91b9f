"""Reasons as sentences with their numbers, in both languages: for the desk and for a pack's report. Pure."""
