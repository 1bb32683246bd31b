"""Attempts at a quiz: what a student is asked and answers alone, against the platform's clock."""
