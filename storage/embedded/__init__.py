"""Engines that come with Stoa, for an installation that configures none.

Each is a child process that dies with the server, even when the server is killed with SIGKILL, and
whose data survives both.
"""
