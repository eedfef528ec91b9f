"""Prints which interpreter this is."""

import sys

print(".".join(str(part) for part in sys.implementation[1]))
