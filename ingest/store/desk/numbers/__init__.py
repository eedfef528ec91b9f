"""Sums by day and dimension, conservation, what stands out."""
