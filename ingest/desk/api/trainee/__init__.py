"""A trainee below /v1: eligibility and the link to the own page."""
