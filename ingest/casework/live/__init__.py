"""The cars now, for all who look, and orders to terminals."""
