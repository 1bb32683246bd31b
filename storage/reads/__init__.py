"""Reads: selection trees compiled to one SQL statement for each root field."""
