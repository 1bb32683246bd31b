"""A whole class as real Socket.IO clients: what `stoa simulate` and the kill test play with.

Runs under asyncio in a process of its own, because python-socketio's client is an asyncio library.
"""
