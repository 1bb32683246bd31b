"""What a request of a player asks for, and what the answer says about it.

The name alone says what a file is, whatever the storage says: none of these types can run.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from gateway.file_answers import GUARDS
from gateway.front.response import Header, PreparedHeaders
from protocol.errors import NotFoundError
from protocol.streams import PATH, ServedStreams
from protocol.transcoding import FILES

TYPES: Final = {
    "m3u8": b"application/vnd.apple.mpegurl",
    "mp4": b"video/mp4",
    "jpg": b"image/jpeg",
    "vtt": b"text/vtt; charset=utf-8",
}
READ_BY_US: Final = frozenset(("m3u8", "vtt"))
"""Small, and what they name is relative to where they are."""


def _about(name: str) -> PreparedHeaders:
    return PreparedHeaders(
        (
            (b"Content-Type", TYPES[name.rpartition(".")[2]]),
            (b"Content-Disposition", b"inline"),
            (b"Accept-Ranges", b"bytes"),
            (b"Content-Security-Policy", b"default-src 'none'; frame-ancestors 'none'"),
            *GUARDS,
        )
    )


ABOUT: Final = {name: _about(name) for name in FILES}


class Wanted(NamedTuple):
    """A file, and for how many seconds yet the link is good."""

    key: str
    name: str
    seconds: int

    @property
    def kept(self) -> Header:
        """It was seen, so the browser may keep it, but not after the link."""
        return (b"Cache-Control", b"private, max-age=%d" % self.seconds)


def wanted(streams: ServedStreams, path: str, now: int) -> Wanted:
    """What `/streams/<token>/<name>` asks for. Raises `NotFoundError`, `AuthenticationError`."""
    token, _, name = path.removeprefix(PATH).partition("/")
    if name not in ABOUT:
        raise NotFoundError("file", name[:50])
    stream = streams.open_stream(token)
    return Wanted(stream.prefix + name, name, (stream.ends - now) // 1000)
