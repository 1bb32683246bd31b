"""Encoding of a machine's events and states as JSON, and decoding from any schema version.

The journal outlives the code: data of an older version is upgraded on loading, and data of a newer
version is refused rather than misread. Relies on msgspec's tagged unions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from actors.effects import Machine
from protocol.envelope import Message, tag_of
from protocol.ports import Snapshot, StoredEvent

_encode_anything = msgspec.json.Encoder(enc_hook=repr).encode
_decode_raw = msgspec.json.Decoder().decode

DIGEST_BYTES = 16
MAX_NAME = 80
"""Characters of a name that nobody here has given."""


class UnreadableJournal(Exception):
    """This version of the machine cannot read some durable data."""


class Codec:
    """Encodes and decodes the journalled data of one machine."""

    __slots__ = ("_decode_event", "_decode_state", "_machine", "schema")

    def __init__(self, machine: Machine[Any]) -> None:
        self._machine = machine
        self.schema = machine.schema
        self._decode_event = msgspec.json.Decoder(machine.event_types).decode
        self._decode_state = msgspec.json.Decoder(machine.state_type).decode

    encode_event = encode_state = staticmethod(msgspec.json.Encoder().encode)
    """The JSON of an event, with its tag, or of a state. The encoder's own method saves a call."""

    def decode_event(self, stored: StoredEvent) -> Any:
        """The event, upgraded if it is older. Raises `UnreadableJournal`."""
        try:
            if stored.schema == self.schema:
                return self._decode_event(stored.event)
            raw = self._upgraded("upgrade_event", stored.schema, stored.event)
            return msgspec.convert(raw, self._machine.event_types, str_keys=True)
        except (msgspec.MsgspecError, UnreadableJournal) as error:
            raise UnreadableJournal(f"{name_of(stored)}: {error}") from error

    def decode_state(self, snapshot: Snapshot) -> Any:
        """The state, upgraded if it is older. Raises `UnreadableJournal`."""
        try:
            if snapshot.schema == self.schema:
                return self._decode_state(snapshot.state)
            raw = self._upgraded("upgrade_state", snapshot.schema, snapshot.state)
            return msgspec.convert(raw, self._machine.state_type, str_keys=True)
        except msgspec.MsgspecError as error:
            raise UnreadableJournal(f"snapshot {snapshot.version}: {error}") from error

    def _upgraded(self, step: str, schema: int, encoded: bytes) -> Any:
        upgrade: Callable[[int, Any], Any] | None = getattr(self._machine, step, None)
        if schema > self.schema or upgrade is None:
            raise UnreadableJournal(
                f"schema {schema} was written, schema {self.schema} is known, no {step}"
            )
        return upgrade(schema, _decode_raw(encoded))


def name_of(stored: StoredEvent) -> str:
    """The event's version, and what kind of event it says it is, if that can be read."""
    try:
        raw = _decode_raw(stored.event)
    except msgspec.MsgspecError:
        raw = None
    tag = raw.get("type") if isinstance(raw, dict) else None
    named = f" ({tag[:MAX_NAME]})" if isinstance(tag, str) else ""
    return f"event {stored.version}{named}"


def digest_of(message: Message) -> bytes:
    """A digest that recognises a repeated message without keeping its content.

    Its `incidental` fields do not count: a client that retries does so later, perhaps over another
    connection.
    """
    said = [
        getattr(message, name)
        for name in message.__struct_fields__
        if name not in message.incidental
    ]
    encoded = _encode_anything([tag_of(message), said])
    return hashlib.blake2b(encoded, digest_size=DIGEST_BYTES).digest()
