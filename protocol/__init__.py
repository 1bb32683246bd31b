"""Messages, ports, errors and ids: all that one room may know of another.

Standard library and msgspec only. Nothing here does I/O, reads a clock or knows an event loop.
"""
