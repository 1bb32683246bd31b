"""Reading of request bodies: by length, or chunk by chunk (RFC 9112, 7.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.front.errors import MalformedRequest, PayloadTooLarge

CHUNK_LINE_BYTES = 256
"""Bytes of a chunk's size line. Extensions in it are ignored."""
TRAILER_BYTES = 4_096
"""Bytes of all trailers of a body, which are checked and discarded."""

_chunk_line = re.compile(rb"([0-9A-Fa-f]{1,12}+)(?:[ \t]*+;[\t -~\x80-\xff]*+)?+\r\n")
_trailer = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[\t -~\x80-\xff]*+\r\n")

Sink = Callable[[bytes], None]


class LengthBody:
    """A body of known length."""

    __slots__ = ("_missing", "done")

    def __init__(self, length: int) -> None:
        self._missing = length
        self.done = length == 0

    def feed(self, data: bytes, position: int, sink: Sink) -> int:
        """Pass what belongs to the body to `sink`; return the position after it."""
        piece = data[position : position + self._missing]
        self._missing -= len(piece)
        self.done = self._missing == 0
        if piece:
            sink(piece)
        return position + len(piece)


class ChunkedBody:
    """A chunked body of at most `limit` bytes."""

    __slots__ = (
        "_awaits_line_end",
        "_in_trailers",
        "_left",
        "_limit",
        "_missing",
        "_trailer_bytes",
        "done",
    )

    def __init__(self, limit: int) -> None:
        self._left = self._limit = limit
        self._missing = 0
        self._awaits_line_end = False
        self._in_trailers = False
        self._trailer_bytes = 0
        self.done = False

    def feed(self, data: bytes, position: int, sink: Sink) -> int:
        """Like `LengthBody.feed`; unconsumed bytes must be passed again with more after them.

        Raises MalformedRequest, PayloadTooLarge.
        """
        while not self.done:
            if self._missing:
                piece = data[position : position + self._missing]
                if not piece:
                    return position
                sink(piece)
                position += len(piece)
                self._missing -= len(piece)
                self._awaits_line_end = self._missing == 0
                continue
            end = self._line_end(data, position)
            if not end:
                return position
            if self._awaits_line_end:
                self._awaits_line_end = False
            elif self._in_trailers:
                self._read_trailer(data, position, end)
            else:
                self._read_size(data, position, end)
            position = end
        return position

    def _line_end(self, data: bytes, position: int) -> int:
        """The end of the line at `position`, 0 if it is incomplete.

        Refuses lines that cannot become valid.
        """
        if self._awaits_line_end:
            if not b"\r\n".startswith(data[position : position + 2]):
                raise MalformedRequest("A chunk is longer than its size")
            return position + 2 if len(data) >= position + 2 else 0
        limit = TRAILER_BYTES if self._in_trailers else CHUNK_LINE_BYTES
        end = data.find(b"\n", position, position + limit) + 1
        if not end and len(data) - position >= limit:
            raise MalformedRequest("A line of the chunked body is too long")
        return end

    def _read_size(self, data: bytes, position: int, end: int) -> None:
        match = _chunk_line.fullmatch(data, position, end)
        if match is None:
            raise MalformedRequest("A chunk's size is malformed")
        size = int(match[1], 16)
        if size > self._left:
            raise PayloadTooLarge(self._limit)
        self._left -= size
        self._missing = size
        self._in_trailers = size == 0

    def _read_trailer(self, data: bytes, position: int, end: int) -> None:
        self._trailer_bytes += end - position
        if end - position == 2 and data[position:end] == b"\r\n":
            self.done = True
        elif self._trailer_bytes > TRAILER_BYTES or not _trailer.fullmatch(data, position, end):
            raise MalformedRequest("A trailer is malformed")
