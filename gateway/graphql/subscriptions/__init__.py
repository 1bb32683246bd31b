"""Subscriptions: rights, groups that share their payloads, and what one client has of it.

A transport makes a `Subscription` of its own for each operation; everything else is here.
"""
