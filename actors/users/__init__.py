"""Accounts, signing in, and the session of each connected user."""
