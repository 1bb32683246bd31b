"""Moodle's GIFT format."""
