"""The queue brought up to date, leases, decisions and appeals, each act one transaction with its trail."""
