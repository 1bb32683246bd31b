"""Which Stoa this is, and on what it runs."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata
from typing import NamedTuple

PACKAGE = "stoa"
UNKNOWN = "unknown"


class Build(NamedTuple):
    """`version` is that of the installed package, `unknown` where it runs from loose files."""

    version: str
    python: str
    implementation: str
    system: str

    def __str__(self) -> str:
        return f"stoa {self.version} ({self.implementation} {self.python}, {self.system})"


@cache
def build() -> Build:
    """Of this process."""
    try:
        version = metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        version = UNKNOWN
    return Build(
        version=version,
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        system=f"{platform.system()} {platform.machine()}",
    )
