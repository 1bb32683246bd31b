"""Carriers of letters: a folder on disk, and an SMTP server."""
