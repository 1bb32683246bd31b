"""Decoding of tagged messages from a stream that also carries others.

A subscriber of the outbox reads the events of every domain and knows a few of them. The tag
(`"<domain>.<verb>"`, field `type`) decides; messages with another tag are skipped without a full
decode.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

M = TypeVar("M", bound=msgspec.Struct)


class UnreadableEvent(Exception):
    """A domain event that this version cannot read, now or later."""


class _Tagged(msgspec.Struct):
    type: str


_decode_tag = msgspec.json.Decoder(_Tagged).decode


class MessageDecoder(Generic[M]):
    """Decodes the JSON of the given tagged classes.

    Raises `ValueError` for two classes with one tag, and for a class without one.
    """

    __slots__ = ("_decoders",)

    def __init__(self, kinds: Iterable[type[M]]) -> None:
        self._decoders: dict[str, msgspec.json.Decoder[M]] = {}
        for kind in dict.fromkeys(kinds):
            tag = kind.__struct_config__.tag
            if not isinstance(tag, str) or tag in self._decoders:
                raise ValueError(f"{kind.__name__} has no tag of its own: {tag!r}")
            self._decoders[tag] = msgspec.json.Decoder(kind)

    def decode(self, encoded: bytes) -> M | None:
        """The message, or None if its tag is not one of these classes'.

        Raises `msgspec.MsgspecError` for input that is not JSON, has no tag, or does not fit its
        class.
        """
        decoder = self._decoders.get(_decode_tag(encoded).type)
        return None if decoder is None else decoder.decode(encoded)
