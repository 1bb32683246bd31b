"""Bounds of uploads and of the resources of a course."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB
COURSE_BYTES: Final = 20 * GIB
"""Of all files of a course, with what is being uploaded."""
PERSON_BYTES: Final = 50 * GIB
"""Of all files that a person has uploaded, with what is being uploaded."""
MAX_OPEN_UPLOADS: Final = 50
"""Of a person, that nothing has taken over."""
KEPT_UNTAKEN_MS: Final = 24 * 3_600_000
"""What nothing takes over is removed after that, and what nothing needs any more."""
MAX_RESOURCES: Final = 500
"""Of a course."""
MAX_VERSIONS: Final = 20
"""Of a resource; the oldest go when there are more."""
MAX_FOLDER: Final = 100
MAX_TITLE: Final = 200
MAX_LINKS: Final = 100
"""Links to parts in one answer."""
DOWNLOAD_SECONDS: Final = 300


class ResourceKind(StrEnum):
    FILE = "file"
    LINK = "link"
