"""Links to films: the port.

A link leads to everything below one prefix of the object storage (`protocol.transcoding`): its
token stands in the path before the file's name, so that what a playlist names by relative
addresses is signed, too, and a player that gets a new link goes on with the same playlists.
"""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

from protocol.object_links import OpenedFile

PATH: Final = "/streams/"
"""Where the links lead: `/streams/<token>/<name>`."""
MAX_STREAM_SECONDS: Final = 24 * 3_600


class StreamLinks(Protocol):
    """Makes links, for whoever was allowed to have one."""

    def stream_link(self, prefix: str, *, seconds: int) -> str:
        """A path of this site, ending in `/`, below which the files of a prefix are until it ends.

        A wrong prefix or number of seconds is a `ValueError`.
        """
        ...


class OpenedStream(msgspec.Struct, frozen=True):
    """What a link leads to: a prefix, ending in `/`, and when it ends, in milliseconds."""

    prefix: str
    ends: int


class ServedStreams(Protocol):
    """Opens the tokens of links, for the front."""

    def open_stream(self, token: str) -> OpenedStream:
        """What it leads to. `AuthenticationError` for a forged or an expired one."""
        ...


class StreamFile(OpenedFile, Protocol):
    """A file of a film, in a storage that this installation serves itself."""

    def close(self) -> None:
        """Give it back; to be called once."""


class StreamFiles(Protocol):
    """A storage whose files this installation serves itself. Raises `StorageUnavailable`."""

    async def open_file(self, key: str) -> StreamFile | None:
        """Open a file, which the caller closes; None if there is none."""
        ...
