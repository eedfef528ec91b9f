"""The commands around the desk: serve, desk, accounts, audit log, draws, packs."""
