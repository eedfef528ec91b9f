"""Who is asking: passwords, second factor, browser sessions, API tokens, and the pages of log-in."""
