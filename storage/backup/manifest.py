"""What stands in a backup's `manifest.json`."""

from __future__ import annotations

import msgspec

from protocol.errors import StartupError

NAME = "manifest.json"
FORMAT = 1
"""Rises with every change that older versions of Stoa would read wrongly."""
MAX_BYTES = 256 * 1024 * 1024
"""A million files are some 60 MB."""


class TableRows(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one table: its columns in the order of the file, and how many there are."""

    name: str
    columns: tuple[str, ...]
    rows: int

    @property
    def file(self) -> str:
        """Where they are in the folder."""
        return f"database/{self.name}.zst"


class SequenceValue(msgspec.Struct, frozen=True, kw_only=True):
    """The last value of a sequence, or its first one if it was not `called` yet."""

    name: str
    value: int
    called: bool


class DatabaseContents(msgspec.Struct, frozen=True, kw_only=True):
    """`migrations` are those that were applied, with their hashes."""

    server: str
    migrations: dict[str, str]
    tables: tuple[TableRows, ...]
    sequences: tuple[SequenceValue, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is ISO 8601, UTC. `missing` are keys that rows name and that had no file then."""

    format: int = FORMAT
    at: str
    database: DatabaseContents
    objects: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    has_secret: bool = False


class _Numbered(msgspec.Struct):
    format: int


def decode_manifest(data: bytes) -> Manifest:
    """Raises `StartupError` for one that this version cannot read."""
    try:
        number = msgspec.json.decode(data, type=_Numbered).format
        if number == FORMAT:
            return msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StartupError(f"{NAME} cannot be read ({error})", "use another backup") from error
    raise StartupError(
        f"the backup has format {number}, this version of Stoa reads {FORMAT}",
        "use the version that made it, or a newer one",
    )
