"""The program that makes one PDF: a process, so that its work and its memory are not the server's.

Reads a `CertificateView` as JSON from standard input, and writes a `Made` as MessagePack. Fonts and
the libraries for them take 150 MiB and a second of computing, most of it holding the interpreter.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress

import msgspec

from gateway.certificates.pdf import render, unwritten
from gateway.certificates.rendered import MAX_CPU_SECONDS, MAX_MEMORY, Made
from protocol.certificates import CertificateView

NICENESS = 10
"""Answers of the server go first."""


def main() -> None:
    """Make the PDF. More memory or time than any certificate needs ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    with suppress(ValueError, OSError):  # not every system can bound memory
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    os.nice(NICENESS)
    view = msgspec.json.decode(sys.stdin.buffer.read(), type=CertificateView)
    made = Made(pdf=render(view), unwritten=unwritten(view))
    sys.stdout.buffer.write(msgspec.msgpack.encode(made))


if __name__ == "__main__":
    main()
