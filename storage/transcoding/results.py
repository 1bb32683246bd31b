"""Storing what was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final

from protocol.uploads import FileStorage
from storage.objects.disk import Threads
from storage.transcoding.workspace import pieces

TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt",
}


async def store(
    objects: FileStorage,
    threads: Threads,
    folder: Path,
    files: Sequence[str],
    prefix: str,
    done: Callable[[float], None],
) -> None:
    """Store the files of that folder below the prefix, in their order.

    `done` hears which share is. Raises what the storage does.
    """
    for number, name in enumerate(files, start=1):
        path = folder / name
        async with aclosing(pieces(path, threads)) as content:
            await objects.store(f"{prefix}{name}", content, TYPES[path.suffix])
        done(number / len(files))
