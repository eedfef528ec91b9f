"""Who is signed in and which minutes count: the state machine, its duties and its records."""
