"""Sums kept ready, who stands out, what got worse, whether everything is conserved, exports."""
