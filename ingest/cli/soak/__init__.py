"""hourfence soak: days with power cuts, network cuts and wrong clocks, one terminal for each seed.

In: seeds. Real firmware, pseudo-terminals, broker, PostgreSQL and ingest; faults and people from
simulators.fault_day. Out: a report for each seed of what does not hold, and exit code 1 when anything
does not. May import what ingest.cli may.
"""
