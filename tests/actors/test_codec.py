"""What the journal holds: round trips, upgrades from older schemas, and what cannot be read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.codec import Codec, UnreadableJournal, digest_of
from protocol.assessments.live.commands import JoinGame, LeaveGame, SubmitAnswer
from protocol.envelope import Address
from protocol.ports import Snapshot, StoredEvent
from tests.support.runtime import Add, Added, Counter, CounterState

A = Address("counter", "a")


class Newer(Counter):
    """The counter after its amounts were renamed and its states got a list."""

    schema = 3

    def upgrade_event(self, schema: int, raw: dict[str, Any]) -> dict[str, Any]:
        return {"type": raw["type"], "amount": raw["by"] * 10 ** (3 - schema)}

    def upgrade_state(self, schema: int, raw: dict[str, Any]) -> dict[str, Any]:
        return {"total": raw["sum"]}


class Numbers(msgspec.Struct):
    by_number: dict[int, str]


class Numbered(Counter):
    """Its states have numbers as keys, which JSON writes as texts."""

    schema = 2
    state_type: Any = Numbers

    def upgrade_state(self, schema: int, raw: Any) -> Any:
        return raw


def _event(schema: int, text: bytes) -> StoredEvent:
    return StoredEvent(7, schema, 0, text)


def test_an_event_and_a_state_come_back_as_they_were() -> None:
    codec = Codec(Counter())
    encoded = codec.encode_event(Added(amount=3))
    assert codec.decode_event(_event(1, encoded)) == Added(amount=3)
    state = codec.encode_state(CounterState(total=3))
    assert codec.decode_state(Snapshot(A, 1, 1, state)).total == 3


def test_older_events_and_states_are_upgraded() -> None:
    codec = Codec(Newer())
    old = _event(1, b'{"type":"test.added","by":2}')
    assert codec.decode_event(old) == Added(amount=200)
    assert codec.decode_state(Snapshot(A, 1, 2, b'{"sum":5}')).total == 5


def test_numbers_that_are_keys_are_numbers_in_an_upgraded_state() -> None:
    codec = Codec(Numbered())
    snapshot = Snapshot(A, 1, 1, b'{"by_number":{"5":"five"}}')
    assert codec.decode_state(snapshot).by_number == {5: "five"}


@pytest.mark.parametrize(
    ("machine", "event"),
    [
        (Counter(), _event(2, b'{"type":"test.added","amount":1}')),
        (Newer(), _event(4, b'{"type":"test.added","by":1}')),
        (Newer(), _event(1, b'{"type":"test.added","by":"x"}')),
        (Counter(), _event(1, b'{"type":"test.unheard_of"}')),
        (Counter(), _event(1, b"not json")),
        (Counter(), _event(0, b'{"type":"test.added","amount":1}')),
    ],
)
def test_what_cannot_be_read_is_refused_not_guessed(machine: Counter, event: StoredEvent) -> None:
    with pytest.raises(UnreadableJournal):
        Codec(machine).decode_event(event)


def test_a_state_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnreadableJournal):
        Codec(Counter()).decode_state(Snapshot(A, 1, 1, b'{"total":"many"}'))


def test_a_digest_tells_messages_apart_by_what_they_say() -> None:
    assert digest_of(Add(amount=1)) == digest_of(Add(amount=1))
    assert digest_of(Add(amount=1)) != digest_of(Add(amount=2))


def test_a_request_sent_again_is_recognised_whenever_and_over_whatever_connection_it_comes() -> (
    None
):
    answer = SubmitAnswer(
        player_id="p", question_index=0, answer_id="a", answer=[1], received_at=1, round_trip_ms=2
    )
    again = msgspec.structs.replace(answer, received_at=1_000, round_trip_ms=30)
    assert digest_of(again) == digest_of(answer)
    assert digest_of(msgspec.structs.replace(answer, answer=[2])) != digest_of(answer)
    joins = [
        JoinGame(player_id="p", user_id=None, nickname="Ann", connection_id=c) for c in ("c1", "c2")
    ]
    assert digest_of(joins[0]) == digest_of(joins[1])
    notices = [LeaveGame(player_id="p", connection_id=c) for c in ("c1", "c2")]
    assert digest_of(notices[0]) != digest_of(notices[1])
