"""Subscriptions: their rights, and groups of subscribers that share payloads.

A transport starts a `Subscription` for each operation and is its `Listener`.
"""
