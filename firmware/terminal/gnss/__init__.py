"""Sentences of a satellite receiver to fixes, in integers."""
