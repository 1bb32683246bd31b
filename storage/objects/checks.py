"""What callers of `protocol.uploads` must keep to, whatever the adapter."""

from __future__ import annotations

from protocol.uploads import LINK_SECONDS, MAX_PARTS, MAX_READ, PART_BYTES


def check_part(number: int, *, size: int, seconds: int) -> None:
    """Of the link of a part. Raises `ValueError`."""
    if not 0 < number <= MAX_PARTS:
        raise ValueError(f"no part has the number {number}")
    if not 0 < size <= PART_BYTES:
        raise ValueError(f"no part has {size} bytes")
    if not 0 < seconds <= LINK_SECONDS:
        raise ValueError(f"a link cannot be good for {seconds} seconds")


def check_piece(start: int, length: int) -> None:
    """Of what is read. Raises `ValueError`."""
    if start < 0 or not 0 <= length <= MAX_READ:
        raise ValueError(f"no piece of an object: {length} bytes from {start} on")
