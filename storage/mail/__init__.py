"""Where e-mails go: a folder on disk, and an SMTP server."""
