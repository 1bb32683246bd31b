"""Links to films, signed by this installation, wherever the files are."""

from __future__ import annotations

from typing import Final

from protocol.access import Seal
from protocol.bounded import BoundedDict
from protocol.errors import AuthenticationError
from protocol.objects import KEY, MAX_KEY
from protocol.ports import Clock
from protocol.streams import MAX_STREAM_SECONDS, PATH, OpenedStream
from protocol.transcoding import FILES

PURPOSE: Final = "stream"
KNOWN: Final = 2_000
"""Tokens that were opened: a player comes with the same one every few seconds."""
LONGEST_NAME: Final = max(map(len, FILES))


class SealedStreams:
    """Implements `protocol.streams.StreamLinks` and `ServedStreams`."""

    def __init__(self, seal: Seal, clock: Clock) -> None:
        self._seal = seal
        self._clock = clock
        self._opened: BoundedDict[str, OpenedStream] = BoundedDict(KNOWN)

    def stream_link(self, prefix: str, *, seconds: int) -> str:
        """A path of this site below which the files of the prefix are for so many seconds."""
        if not 0 < seconds <= MAX_STREAM_SECONDS:
            raise ValueError(f"a link cannot be good for {seconds} seconds")
        claims = {"prefix": check_prefix(prefix), "ends": self._clock.now() + seconds * 1000}
        return f"{PATH}{self._seal.sign(PURPOSE, claims)}/"

    def open_stream(self, token: str) -> OpenedStream:
        """What it leads to. `AuthenticationError` for a forged or an expired one."""
        stream = self._opened.use(token)
        if stream is None:
            claims = self._seal.open(PURPOSE, token)
            stream = OpenedStream(claims["prefix"], claims["ends"])
        if stream.ends <= self._clock.now():
            raise AuthenticationError("This link has expired", reason="expired")
        self._opened.remember(token, stream)
        return stream


def check_prefix(prefix: str) -> str:
    """Of which every file is a key of an object (`protocol.objects`). Raises `ValueError`."""
    folder, slash, rest = prefix.rpartition("/")
    fits = len(prefix) + LONGEST_NAME <= MAX_KEY
    if not fits or not slash or rest or KEY.fullmatch(folder) is None:
        raise ValueError(f"no prefix of files: {prefix[:50]!r}")
    return prefix
