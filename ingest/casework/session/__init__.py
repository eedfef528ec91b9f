"""One session as a person reads it: its trace, fences and faces, and every reason in words."""
