"""Formats of question files: what is read of each, and how each is written.

`reading` is what they have in common; `catalogue` lists them.
"""
