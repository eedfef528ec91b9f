"""Syllabus, stage report and eligibility: what a trainee has, what is short, and the minutes behind it.

In: syllabus tables (TOML), credit and sessions of a trainee. Out: a report as JSON, JWS and PDF.
Imports the judge's plain types; no database.
"""
