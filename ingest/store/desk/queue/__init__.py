"""The queue: its rows, filters, names and leases."""
