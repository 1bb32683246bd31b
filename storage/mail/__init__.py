"""Carriers of emails: a folder on disk, and an SMTP server."""
