"""The queue below /v1: rows, filters kept, leases."""
