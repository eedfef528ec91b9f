"""How the terminals are, and what they are ordered to do."""
