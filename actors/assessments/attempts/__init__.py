"""Attempts: the actor of one, and what the handler does about them."""
