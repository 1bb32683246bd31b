"""Enrolments and progress."""
