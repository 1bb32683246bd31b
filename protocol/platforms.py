"""Which operating system's means are used: Linux has some that others lack.

Without them everything works by what all of Unix has, macOS in particular. So that this can be
tried where no Mac is at hand, `_STOA_PORTABLE=1` in the environment does without them on Linux too.
"""

from __future__ import annotations

import os
import sys
from typing import Final

VARIABLE: Final = "_STOA_PORTABLE"
PORTABLE: Final = sys.platform != "linux" or os.environ.get(VARIABLE) == "1"
"""Use nothing that only Linux has: no epoll, eventfd, prctl(2), pidfd, /proc, SOCK_SEQPACKET."""
