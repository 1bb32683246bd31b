"""Watching a quiz: how far all attempts at it are."""
