"""Sheets of schools, people, cars and terminals (CSV, XLSX): checked entries and a cleaning report.

In: rows of a sheet. Out: entries for the registry, and every fault with its row and column; or nothing at all.
Imports the plain types of the registry; no database, no rules.
"""
