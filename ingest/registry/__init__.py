"""Sheets of schools, people, cars and terminals (CSV, XLSX): checked entries and a cleaning report.

In: rows of a sheet. Out: entries for the registry, every fault with its row and column; or nothing.
Imports the plain types of the registry; no database, no rules.
"""
