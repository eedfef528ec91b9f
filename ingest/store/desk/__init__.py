"""Every SQL sentence of the desk, one file a subject, each function one answer without a query per row.

In: a connection and plain values. Out: NamedTuples. No rule, no page, no clock.
"""
