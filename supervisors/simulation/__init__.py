"""A whole class as real Socket.IO clients, for `stoa simulate` and the kill test.

It runs under asyncio in a separate process, because python-socketio's client is an asyncio library.
"""
