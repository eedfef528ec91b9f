"""A trainee's own page and the signed links to it."""
