"""Looking for viruses in what was uploaded: the port."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Protocol


class VirusScanner(Protocol):
    """A program that knows viruses, where one is configured."""

    async def scan(self, pieces: AsyncIterable[bytes]) -> str | None:
        """The name of what was found in a file; None for nothing.

        Raises `FileRefused` `TOO_LARGE_TO_SCAN` for a file larger than the scanner takes,
        `ScannerUnavailable` while it does not answer, `Overloaded`, and whatever `pieces` raise.
        """
        ...
