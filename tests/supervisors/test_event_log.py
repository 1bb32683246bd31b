"""Every domain event, by the real relay, becomes a row of `analytics_events`, once."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, get_type_hints
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import storage.records
from protocol.courses import commands
from protocol.envelope import Address, Message, tag_of
from protocol.events import EVENTS as DOMAIN_EVENTS
from protocol.jobs import JobKind
from protocol.mail import EmailContent, SendEmail
from protocol.ports import OutboxEntry, OutboxEvent
from storage.journal.outbox import PostgresOutbox, write_outbox
from storage.postgres import Database
from storage.records.analytics import PostgresAnalytics
from supervisors.domains import DOMAINS as NODE_DOMAINS
from supervisors.relay import OutboxRelay
from supervisors.wakeups import TopicWaiter
from tests.domains import DOMAINS
from tests.storage.records.school import School, opened

EVENTS: tuple[type[Message], ...] = tuple(
    event for domain in DOMAINS for event in domain.events.announced
)
QUIET: tuple[type[Message], ...] = tuple(
    event for domain in DOMAINS for event in domain.events.quiet
)
"""Events of which nothing is kept but that they happened."""
ACTORS = ("by", "user_id", "student_id", "sender_id", "author_id", "educator_id")
"""Fields of an event that name who did it, the first found counts."""
NO_EVENTS = {Message, SendEmail, EmailContent, *EmailContent.__subclasses__()}.union(
    *(domain.events.others for domain in DOMAINS)
)
EMAIL, WORDS = "mira.okafor@elsewhere.example", "what one person wrote to another"
WRITTEN = {"email": EMAIL, "subject": WORDS, "content": WORDS}
PLACES = st.sampled_from(["a", "b"])
ROWS = """
select outbox_id, user_id::text, event_type, event_data, timestamp from analytics_events
order by outbox_id
"""


def values(name: str, kind: Any, people: list[str]) -> st.SearchStrategy[Any]:
    """What a field of an event may hold. Texts that people write are known again."""
    if name in WRITTEN:
        return st.just(WRITTEN[name])
    if name in ACTORS:
        return st.sampled_from([*people, str(uuid4())])
    if kind is str:
        return st.uuids().map(str)
    if kind == str | None:
        return st.none() | st.uuids().map(str)
    if kind in (float, float | None):
        return st.sampled_from([0.5, 12.25, 99.75])
    if kind == tuple[str, ...]:
        return st.lists(st.uuids().map(str), max_size=2).map(tuple)
    if name == "metadata":
        return st.just({"place": "a"})
    return st.from_type(kind)


def event_of(kind: type[Message], people: list[str]) -> st.SearchStrategy[Message]:
    hints = get_type_hints(kind)
    fields = {name: values(name, hints[name], people) for name in kind.__struct_fields__}
    return st.builds(kind, **fields)


PEOPLE = [str(uuid4()) for _ in range(3)]
HAPPENED = st.lists(
    st.tuples(
        st.sampled_from((*EVENTS, *QUIET)).flatmap(lambda kind: event_of(kind, PEOPLE)),
        PLACES,
        st.integers(0, 2**41),
    ),
    min_size=1,
    max_size=8,
)


def test_every_event_that_storage_announces_is_tried() -> None:
    """What storage knows of a domain's messages are its events, but for jobs and a few others."""
    found: set[type[Any]] = set()
    payloads: set[type[Any]] = set()
    for module in pkgutil.walk_packages(storage.records.__path__, "storage.records."):
        names = vars(importlib.import_module(module.name)).values()
        payloads |= {each.payload for each in names if isinstance(each, JobKind)}
        found |= {each for each in names if isinstance(each, type) and issubclass(each, Message)}
    assert found - payloads - NO_EVENTS <= {*EVENTS, *QUIET}
    assert set(DOMAIN_EVENTS.values()) == {*EVENTS, *QUIET}
    assert {event for domain in NODE_DOMAINS for event in domain.reactions} <= {*EVENTS, *QUIET}


@pytest.mark.parametrize("kind", DOMAIN_EVENTS.values(), ids=lambda kind: kind.__name__)
def test_every_event_says_who_acted_and_what_may_be_kept(kind: type[Message]) -> None:
    said = {name for base in kind.__mro__ if base is not Message for name in vars(base)}
    assert {"actor", "analytics"} <= said
    fields = set(kind.__struct_fields__)
    assert kind.analytics <= fields - set(WRITTEN)
    assert kind.actor is None or kind.actor in fields


class Unknown(Message, frozen=True, kw_only=True, tag="tests.unknown"):
    user_id: str
    comment: str


async def test_an_event_that_nobody_knows_is_kept_aside_and_nothing_is_said_of_it(
    database: Database,
) -> None:
    school = School(database)
    await people(school)
    await deliver(school, [(Unknown(user_id=PEOPLE[0], comment=WORDS), "a", 1)])
    assert await school.rows(ROWS) == []
    [row] = await school.rows("select event, reason from outbox_set_aside")
    assert WORDS.encode() in row["event"]
    assert row["reason"] == "no event 'tests.unknown' is known"


async def people(school: School) -> None:
    """The accounts whose ids are in `PEOPLE`, if they are not there yet."""
    insert = """insert into users (id, email, password_hash, role)
        select id, id || '@school.example', 'x', 'student' from unnest($1::uuid[]) id
        on conflict do nothing"""
    await school.database.run(lambda c: c.execute(insert, PEOPLE))


async def deliver(school: School, happened: list[tuple[Message, str, int]]) -> list[OutboxEntry]:
    """Announce, and have the relay deliver, and once more, as after a crash in between."""
    outbox = PostgresOutbox(school.database)
    rows = [(OutboxEvent(Address("test", key), event), at) for event, key, at in happened]
    await school.database.run(lambda c: write_outbox(c, rows))
    seen: list[OutboxEntry] = []

    async def note(entry: OutboxEntry) -> None:
        seen.append(entry)

    analytics = PostgresAnalytics(school.database)
    relay = OutboxRelay(outbox, school.clock, [analytics.record, note], TopicWaiter())
    while await relay.deliver_once():
        pass
    assert relay.failed == 0
    for entry in seen:
        await analytics.record(entry)
    return sorted(seen, key=lambda entry: entry.id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=HAPPENED)
async def test_what_happened_is_a_row_with_time_user_type_and_metadata(
    database_url: str, happened: list[tuple[Message, str, int]]
) -> None:
    """Property 61: Event logging completeness

    Validates: Requirements 12.7
    """
    async with opened(database_url) as school:
        await school.rows("delete from analytics_events")
        await people(school)
        entries = await deliver(school, happened)
        rows = await school.rows(ROWS)
    assert [row["outbox_id"] for row in rows] == [entry.id for entry in entries]
    assert len(rows) == len(happened)
    # Written in one go: the ids follow the order in which it happened.
    for row, (event, key, at) in zip(rows, happened, strict=True):
        assert row["event_type"] == tag_of(event)
        assert abs(row["timestamp"].timestamp() * 1000 - at) < 1
        said = msgspec.json.decode(msgspec.json.encode(event))
        if isinstance(event, QUIET):
            said = {"type": tag_of(event)}
        who = next((said[name] for name in ACTORS if name in said), None)
        assert row["user_id"] == (who if who in PEOPLE else None)
        data = msgspec.json.decode(row["event_data"])
        kept = {name: value for name, value in said.items() if name not in WRITTEN}
        assert {**data, "type": tag_of(event)} == {**kept, "aggregate": f"test/{key}"}
        assert EMAIL not in row["event_data"]
        assert WORDS not in row["event_data"]


async def test_what_is_done_to_a_course_is_told_with_who_did_it(database: Database) -> None:
    school = School(database)
    teacher, admin = await school.user("educator"), await school.user("admin")
    course, _ = await school.published_course(teacher)
    archive = commands.ArchiveCourse(by=admin, by_role="admin", course_id=course)
    await school.courses.handle(archive)
    analytics = PostgresAnalytics(database)
    relay = OutboxRelay(PostgresOutbox(database), school.clock, [analytics.record], TopicWaiter())
    while await relay.deliver_once():
        pass
    rows = await school.rows(
        "select event_type, array_agg(distinct user_id::text) as who from analytics_events"
        " where event_type like 'courses.%' group by 1"
    )
    told = {row["event_type"]: row["who"] for row in rows}
    made = ("course_created", "module_added", "lesson_added", "course_published")
    assert told == {
        **{f"courses.{each}": [teacher] for each in made},
        "courses.course_archived": [admin],
    }
