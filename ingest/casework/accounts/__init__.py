"""Accounts as acts: made, logged in, given a second factor and tokens."""
