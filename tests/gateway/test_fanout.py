"""Fan-out: everybody who is a member, once, in order; encoded once; in bounded chunks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway import fanout
from gateway.fanout import LocalFanOut, Publication
from gateway.front.deflate import MIN_BYTES, inflate
from gateway.front.frames import encode_text
from protocol.envelope import Message
from protocol.ports import FanOut


class Note(Message, frozen=True, kw_only=True, tag="test.note", rename="camel"):
    some_text: str


class Wire:
    """A connection that remembers."""

    def __init__(self) -> None:
        self.deflates = False
        self.sent: list[tuple[bytes, bool]] = []

    def send_frame(self, frame: bytes, volatile: bool = False) -> None:
        self.sent.append((frame, volatile))


class Member:
    """A subscriber without a wire of its own: it is asked to deliver."""

    connection: Wire | None = None

    def __init__(self) -> None:
        self.topics: tuple[str, ...] = ()
        self.got: list[str] = []
        self.closed: list[tuple[str, str]] = []
        self.takes = True

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        if self.takes:
            self.got.append(publication.data.some_text)  # type: ignore[attr-defined]
        return self.takes

    def topic_closed(self, topic: str, reason: str) -> None:
        self.closed.append((topic, reason))


class Wired(Member):
    def __init__(self) -> None:
        super().__init__()
        self.connection = Wire()


class Later:
    """Runs what was put off when the test says so."""

    def __init__(self) -> None:
        self.waiting: deque[Callable[[], None]] = deque()

    def __call__(self, callback: Callable[[], None]) -> None:
        self.waiting.append(callback)

    def run_one(self) -> None:
        self.waiting.popleft()()

    def run_all(self) -> None:
        while self.waiting:
            self.run_one()


def make(chunk: int = 250) -> tuple[LocalFanOut, Later]:
    later = Later()
    return LocalFanOut(later=later, chunk=chunk), later


def say(fan_out: FanOut, topic: str, text: str, **options: Any) -> None:
    fan_out.publish(topic, "note", Note(some_text=text), **options)


def test_members_get_what_is_published_between_joining_and_leaving() -> None:
    fan_out, _ = make()
    member = Member()
    say(fan_out, "t", "before")
    fan_out.join("t", member)
    fan_out.join("t", member)
    say(fan_out, "t", "during")
    say(fan_out, "other", "elsewhere")
    fan_out.leave("t", member)
    fan_out.leave("t", member)
    say(fan_out, "t", "after")
    assert member.got == ["during"]
    assert member.topics == ()
    assert fan_out.statistics()["topics"] == 0


def test_the_frame_is_encoded_once_and_carries_the_place() -> None:
    fan_out, _ = make()
    members = [Wired() for _ in range(3)]
    for member in members:
        fan_out.join("t", member)
    say(fan_out, "t", "x", position=(9 << 40) + 4)
    say(fan_out, "t", "y", position=(9 << 40) + 5)
    say(fan_out, "t", "z", volatile=True)
    wire = members[0].connection
    assert wire is not None
    data = {"type": "test.note", "someText": "x"}
    place = msgspec.json.encode(["note", data, "9.4"])
    assert wire.sent[0] == (encode_text(b"42" + place), False)
    assert b',"9.5"]' in wire.sent[1][0]
    assert wire.sent[2] == (Publication("note", Note(some_text="z")).frame, True)
    for member in members[1:]:
        assert member.connection is not None
        assert all(a[0] is b[0] for a, b in zip(member.connection.sent, wire.sent, strict=True))


def test_long_publications_are_compressed_once_for_those_who_agreed_to_it() -> None:
    fan_out, _ = make()
    plain, *others = [Wired() for _ in range(3)]
    for member in (plain, *others):
        fan_out.join("t", member)
    for member in others:
        assert member.connection is not None
        member.connection.deflates = True
    say(fan_out, "t", "short")
    say(fan_out, "t", "long" * MIN_BYTES)
    wires = [member.connection for member in (plain, *others) if member.connection is not None]
    assert len({wire.sent[0][0] for wire in wires}) == 1
    whole, first, second = (wire.sent[1][0] for wire in wires)
    assert whole == encode_text(
        b'42["note",{"type":"test.note","someText":"%b"}]' % (b"long" * MIN_BYTES)
    )
    assert first is second
    assert first[0] == 0xC1
    assert len(first) < len(whole) / 10
    assert inflate(first[2:] if first[1] < 126 else first[4:], 10_000) == whole[4:]


def test_a_publication_has_plain_json_for_other_protocols() -> None:
    publication = Publication("note", Note(some_text="x"))
    assert publication.json == b'{"type":"test.note","someText":"x"}'
    assert publication.json is publication.json


def test_large_topics_are_served_in_chunks_with_a_turn_for_others_between() -> None:
    fan_out, later = make(chunk=10)
    members = [Member() for _ in range(35)]
    for member in members:
        fan_out.join("t", member)
    say(fan_out, "t", "a")
    assert sum(len(member.got) for member in members) == 10
    later.run_one()
    assert sum(len(member.got) for member in members) == 20
    later.run_all()
    assert all(member.got == ["a"] for member in members)
    assert fan_out.statistics()["waiting"] == 0


def test_a_later_publication_of_any_topic_waits_behind_one_under_way() -> None:
    fan_out, later = make(chunk=2)
    members = [Member() for _ in range(5)]
    for member in members:
        fan_out.join("big", member)
        fan_out.join("small", member)
    say(fan_out, "big", "first")
    say(fan_out, "small", "second")
    say(fan_out, "big", "third")
    later.run_all()
    assert all(member.got == ["first", "second", "third"] for member in members)


def test_who_joins_during_a_delivery_gets_only_what_is_published_later() -> None:
    fan_out, later = make(chunk=1)
    members = [Member() for _ in range(3)]
    for member in members:
        fan_out.join("t", member)
    say(fan_out, "t", "a")
    late = Member()
    fan_out.join("t", late)
    fan_out.leave("t", members[1])
    fan_out.leave("t", members[2])
    fan_out.join("t", members[2])
    say(fan_out, "t", "b")
    later.run_all()
    assert late.got == ["b"]
    assert members[1].got == []
    assert members[2].got == ["b"]


def test_closing_a_topic_removes_everybody_after_what_was_published_before() -> None:
    fan_out, later = make(chunk=1)
    members = [Member() for _ in range(3)]
    for member in members:
        fan_out.join("t", member)
        fan_out.join("u", member)
    say(fan_out, "t", "last")
    fan_out.close_topic("t", reason="deleted")
    fan_out.close_topic("unknown", reason="deleted")
    again = Member()
    fan_out.join("t", again)
    say(fan_out, "t", "new")
    later.run_all()
    for member in members:
        assert member.got == ["last"]
        assert member.topics == ("u",)
        assert member.closed == [("t", "deleted")]
    assert again.got == ["new"]


def test_waiting_publications_are_bounded_and_none_is_lost() -> None:
    fan_out, later = make(chunk=1)
    members = [Member(), Member()]
    for member in members:
        fan_out.join("t", member)
    count = fanout.MAX_WAITING + 10
    for number in range(count):
        say(fan_out, "t", str(number))
    assert fan_out.statistics()["waiting"] <= fanout.MAX_WAITING
    later.run_all()
    assert all(member.got == [str(number) for number in range(count)] for member in members)


def test_a_subscriber_that_fails_or_refuses_costs_the_others_nothing() -> None:
    fan_out, _ = make()

    class Broken(Member):
        def deliver(self, publication: Publication, volatile: bool) -> bool:
            raise RuntimeError

        def topic_closed(self, topic: str, reason: str) -> None:
            raise RuntimeError

    busy, well = Member(), Member()
    busy.takes = False
    for member in (Broken(), busy, well):
        fan_out.join("t", member)
    say(fan_out, "t", "x", volatile=True)
    assert well.got == ["x"]
    fan_out.close_topic("t", reason="over")
    assert well.closed == [("t", "over")]
    assert fan_out.statistics() == {
        "topics": 0,
        "members": 0,
        "publications": 1,
        "deliveries": 3,
        "dropped": 1,
        "failed": 2,
        "waiting": 0,
    }


async def test_by_default_chunks_go_on_in_the_trio_thread() -> None:
    import trio.testing

    fan_out = LocalFanOut(chunk=1)
    members = [Member() for _ in range(20)]
    for member in members:
        fan_out.join("t", member)
    say(fan_out, "t", "a")
    while fan_out.statistics()["waiting"]:
        await trio.testing.wait_all_tasks_blocked()
    assert all(member.got == ["a"] for member in members)


actions = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "publish", "step"]), st.integers(0, 3)),
    max_size=60,
)


@given(actions, st.integers(1, 4))
def test_deliveries_equal_those_of_one_that_delivers_at_once(
    sequence: list[tuple[str, int]], chunk: int
) -> None:
    """Against a model: members stay, so nothing is withheld; each gets what it was there for."""
    fan_out, later = make(chunk)
    members = [Member() for _ in range(4)]
    there: set[int] = set()
    expected: list[list[str]] = [[] for _ in members]
    for number, (action, who) in enumerate(sequence):
        if action == "join":
            fan_out.join("t", members[who])
            there.add(who)
        elif action == "leave":
            later.run_all()
            fan_out.leave("t", members[who])
            there.discard(who)
        elif action == "publish":
            say(fan_out, "t", str(number))
            for index in there:
                expected[index].append(str(number))
        elif later.waiting:
            later.run_one()
    later.run_all()
    assert [member.got for member in members] == expected
    assert not later.waiting


def passed_on(publication: Publication, text: str) -> Publication:
    """What a member made of a publication, with that one's number."""
    made = Publication("made", Note(some_text=text))
    made.number = publication.number
    return made


class Relay(Member):
    """A member that passes what it gets on to another topic."""

    def __init__(self, fan_out: LocalFanOut, topic: str) -> None:
        super().__init__()
        self.fan_out, self.topic = fan_out, topic

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        text = publication.data.some_text  # type: ignore[attr-defined]
        self.fan_out.pass_on(self.topic, passed_on(publication, text), volatile=volatile)
        return True


def test_what_is_passed_on_reaches_few_at_once_and_many_in_chunks() -> None:
    for count, at_once in ((3, 3), (40, 0)):
        fan_out, later = make(chunk=20)
        fan_out.join("t", Relay(fan_out, "inner"))
        members = [Member() for _ in range(count)]
        for member in members:
            fan_out.join("inner", member)
        say(fan_out, "t", "first")
        assert sum(len(member.got) for member in members) == at_once
        say(fan_out, "t", "second")
        later.run_all()
        assert all(member.got == ["first", "second"] for member in members)
        assert fan_out.statistics()["waiting"] == 0


def test_what_is_passed_on_does_not_reach_who_joined_after_it_was_published() -> None:
    fan_out, later = make(chunk=1)
    early, late, busy = Member(), Member(), [Member(), Member()]
    for member in busy:
        fan_out.join("busy", member)
    fan_out.join("t", Relay(fan_out, "inner"))
    fan_out.join("inner", early)
    say(fan_out, "busy", "occupied")
    say(fan_out, "t", "first")
    fan_out.join("inner", late)
    say(fan_out, "t", "second")
    later.run_all()
    assert early.got == ["first", "second"]
    assert late.got == ["second"]


def test_passing_on_to_a_topic_without_members_is_nothing() -> None:
    fan_out, _ = make()
    fan_out.join("t", Relay(fan_out, "inner"))
    say(fan_out, "t", "first")
    assert fan_out.statistics()["deliveries"] == 1


def test_publications_and_what_is_made_of_them_stay_within_the_bound() -> None:
    fan_out, later = make(chunk=1)
    for number in range(3):
        fan_out.join("t", Relay(fan_out, f"inner{number}"))
        for _ in range(20):
            fan_out.join(f"inner{number}", Member())
    for number in range(fanout.MAX_WAITING * 2):
        say(fan_out, "t", str(number))
        assert fan_out.statistics()["waiting"] <= fanout.MAX_WAITING + 3
    later.run_all()
    assert fan_out.statistics()["deliveries"] == fanout.MAX_WAITING * 2 * (3 + 60)
