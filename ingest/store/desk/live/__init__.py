"""Newest records of terminals, orders as they stand, days that wait for screening."""
