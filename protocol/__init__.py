"""Messages, ports, errors and ids: what every room may know of the others.

Standard library and msgspec only. Nothing here does I/O, reads a clock or knows an event loop.
"""
