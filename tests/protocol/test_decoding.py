"""One decoder for streams in which only some messages are known."""

from __future__ import annotations

import msgspec
import pytest

from protocol.decoding import MessageDecoder
from protocol.envelope import Message


class Opened(Message, frozen=True, kw_only=True, tag="door.opened"):
    by: str


class Closed(Message, frozen=True, kw_only=True, tag="door.closed"):
    by: str


class Reopened(Message, frozen=True, kw_only=True, tag="door.opened"):
    by: str


class Untagged(Message, frozen=True, kw_only=True):
    by: str


def test_a_known_message_comes_back_as_its_class() -> None:
    decoder = MessageDecoder([Opened, Closed])
    for message in (Opened(by="ada"), Closed(by="bob")):
        assert decoder.decode(msgspec.json.encode(message)) == message


def test_a_message_of_another_class_is_skipped() -> None:
    assert MessageDecoder([Opened]).decode(msgspec.json.encode(Closed(by="bob"))) is None


def test_a_class_may_be_named_twice() -> None:
    assert MessageDecoder([Opened, Opened]).decode(msgspec.json.encode(Opened(by="a"))) is not None


def test_two_classes_with_one_tag_are_refused() -> None:
    with pytest.raises(ValueError, match=r"door\.opened"):
        MessageDecoder([Opened, Reopened])


def test_a_class_without_a_tag_is_refused() -> None:
    with pytest.raises(ValueError, match="Untagged"):
        MessageDecoder([Untagged])


@pytest.mark.parametrize("encoded", [b"", b"{}", b'{"type":"door.opened"}', b'{"type":1}'])
def test_what_cannot_be_read_is_an_error(encoded: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        MessageDecoder([Opened]).decode(encoded)
