"""The program that cleans one picture: a process, so that what a picture does to it stays there.

Reads a `Dirty` and writes a `Clean`, both as MessagePack.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress

import msgspec

from gateway.pictures.cleaning import clean
from gateway.pictures.spoken import MAX_CPU_SECONDS, MAX_MEMORY, Dirty

NICENESS = 10
"""Answers of the server go first."""


def main() -> None:
    """Clean the picture. More memory or time than any picture needs ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    with suppress(ValueError, OSError):  # not every system can bound memory
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    os.nice(NICENESS)
    dirty = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Dirty)
    sys.stdout.buffer.write(msgspec.msgpack.encode(clean(dirty)))


if __name__ == "__main__":
    main()
