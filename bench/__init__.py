"""Measurements, as ratios to a bare limit and to peers in the same run. Not installed."""
