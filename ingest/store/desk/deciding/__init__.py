"""The ledger of decisions, what it lays over minutes, appeals."""
