"""Paging through every connection, forward and backward, gives exactly the list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.front.server import Front
from gateway.graphql.http.endpoint import PATH
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Connection, Database
from storage.reads.reads import CompiledReads
from tests.clients.node import FOLDER, require_node
from tests.gateway.graphql.harness import NOW, Service
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school

SCHOOL = make_school()
VIEWERS = viewers()
MANY = 17
COURSES = 19
"""Published ones: those that are inserted here and those of the school."""
INSERT = """
insert into courses (id, title, description, slug, instructor_id, category, difficulty, price,
    enrollment_count, average_rating, status, created_at)
select md5('course' || n)::uuid, (array['Öl', 'öl', '"\\{', 'Ol', e'\\u2028'])[1 + n % 5], 'd',
    'page-' || n, $1, 'c', 'beginner', n % 3, n % 4, nullif(n % 5, 0),
    'published', '2026-01-01'::timestamptz + (n / 4) * interval '1 microsecond'
from generate_series(1, $2::int) n
on conflict do nothing
"""
SORTS = ("NEWEST", "OLDEST", "TITLE", "POPULAR", "RATING", "PRICE")
LISTS = {
    **{f"courses by {sort}": (f"courses(sort: {sort}, %s)", ("courses",)) for sort in SORTS},
    "some courses": ('courses(filter: {category: "c"}, %s)', ("courses",)),
    "my courses": ("myCourses(%s)", ("myCourses",)),
    "results": (
        f'liveQuiz(id: "{uid("over")}") {{ results(%s)',
        ("liveQuiz", "results"),
    ),
    "reviews": (f'course(id: "{uid("open")}") {{ reviews(%s)', ("course", "reviews")),
    "enrolments": (f'courseEnrollments(courseId: "{uid("open")}", %s)', ("courseEnrollments",)),
}
PAGE = """{ edges { cursor node { key: __typename %s } } totalCount totalCountIsExact
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
KEYS = {"results": "playerId"}
ALL = "$first: Int, $after: String, $last: Int, $before: String"
GIVEN = "first: $first, after: $after, last: $last, before: $before"


def key_of(name: str) -> str:
    """What tells a row of that list from the others."""
    return KEYS.get(name, "id")


def document(name: str, head: str = f"query({ALL})", given: str = GIVEN) -> str:
    """A query of a page of that list."""
    field, path = LISTS[name]
    body = PAGE % key_of(name)
    return f"{head} {{ {field % given} {body} {'}' * (len(path) - 1)} }}"


async def page(service: Service, name: str, query: str = "", **variables: Any) -> Any:
    """A page of the list as an admin sees it."""
    answer = await service.ask(
        query or document(name),
        variables or None,
        viewer=VIEWERS["admin" if name != "my courses" else "ada"],
    )
    assert answer.codes == [], answer.json
    found = answer.data
    for member in LISTS[name][1]:
        found = found[member]
    return found


def keys(found: Any) -> list[str]:
    """Whose rows they are."""
    return [msgspec.json.encode(edge["node"]).decode() for edge in found["edges"]]


@asynccontextmanager
async def paged(database_url: str) -> AsyncIterator[Service]:
    """A service over the school and many more courses."""
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        try:
            await fill(database)
            yield Service(CompiledReads(database))
        finally:
            await database.close()


async def fill(database: Database) -> None:
    await insert(database, SCHOOL)

    async def more(connection: Connection) -> None:
        await connection.execute(INSERT, uid("ada"), MANY)

    await database.run(more)


async def test_a_list_longer_than_is_counted_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(database)
    shown = 3
    for name in LISTS:
        service = Service(CompiledReads(database))
        whole = await page(service, name, first=100)
        rows = len(whole["edges"])
        assert (whole["totalCount"], whole["totalCountIsExact"]) == (rows, True), name
        for bound in (rows - 1, rows):
            monkeypatch.setattr("storage.reads.pages.MAX_COUNTED", bound)
            service = Service(CompiledReads(database))
            found = await page(service, name, first=shown)
            counted = found["totalCount"], found["totalCountIsExact"]
            assert counted == (bound, bound == rows), name
            assert len(found["edges"]) == min(shown, rows)
            for alone in ("totalCount", "totalCountIsExact"):
                query = document(name, "query", "first: 1").replace(
                    PAGE % key_of(name), f"{{{alone}}}"
                )
                assert await page(service, name, query) == {alone: found[alone]}
        monkeypatch.undo()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(LISTS)),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    backward=st.booleans(),
    literal=st.booleans(),
)
async def test_pages_of_any_sizes_in_either_direction_are_the_list_and_say_what_is_beside_them(
    database_url: str, name: str, sizes: list[int], backward: bool, literal: bool
) -> None:
    async with paged(database_url) as service:
        whole = await page(service, name, first=100)
        assert whole["totalCount"] == len(whole["edges"])
        expected = keys(whole)
        size_name, cursor_name = ("last", "before") if backward else ("first", "after")
        seen: list[str] = []
        cursor, step = None, 0
        while True:
            size = sizes[step % len(sizes)]
            step += 1
            if literal:
                given = (
                    f"{size_name}: {size}, {cursor_name}: {msgspec.json.encode(cursor).decode()}"
                )
                found = await page(service, name, document(name, "query", given))
            else:
                asked: dict[str, Any] = {size_name: size, cursor_name: cursor}
                found = await page(service, name, **asked)
            rows, info = keys(found), found["pageInfo"]
            start = len(expected) - len(seen) - len(rows) if backward else len(seen)
            assert rows == expected[start : start + len(rows)]
            assert info["hasPreviousPage"] == (start > 0)
            assert info["hasNextPage"] == (start + len(rows) < len(expected))
            cursors = [edge["cursor"] for edge in found["edges"]]
            assert info["startCursor"] == (cursors[0] if cursors else None)
            assert info["endCursor"] == (cursors[-1] if cursors else None)
            seen = rows + seen if backward else seen + rows
            if not info["hasPreviousPage" if backward else "hasNextPage"]:
                break
            assert len(rows) == size
            cursor = info["startCursor" if backward else "endCursor"]
        assert seen == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ends=st.tuples(st.integers(0, COURSES - 1), st.integers(0, COURSES - 1)),
    size=st.none() | st.integers(1, COURSES),
    way=st.sampled_from(["first", "last", "neither"]),
    bounds=st.sampled_from([(True, True), (True, False), (False, True)]),
)
async def test_a_page_between_two_cursors_is_the_slice_that_the_specification_says(
    database_url: str,
    ends: tuple[int, int],
    size: int | None,
    way: str,
    bounds: tuple[bool, bool],
) -> None:
    async with paged(database_url) as service:
        name = "courses by NEWEST"
        whole = await page(service, name, first=100)
        cursors, expected = [edge["cursor"] for edge in whole["edges"]], keys(whole)
        given: dict[str, Any] = {}
        low, high = -1, len(expected)
        if bounds[0]:
            low, given["after"] = ends[0], cursors[ends[0]]
        if bounds[1]:
            high, given["before"] = ends[1], cursors[ends[1]]
        if way != "neither" and size is not None:
            given[way] = size
        found = await page(service, name, **given)
        between = list(range(low + 1, high))
        backward = "last" in given or (bounds == (False, True) and "first" not in given)
        count: int = given.get(way, 20)
        shown = between[-count:] if backward else between[:count]
        assert keys(found) == [expected[index] for index in shown]
        info = found["pageInfo"]
        if shown:
            assert info["hasPreviousPage"] == (shown[0] > 0)
            assert info["hasNextPage"] == (shown[-1] < len(expected) - 1)


async def test_a_cursor_whose_row_is_gone_still_has_its_place_and_is_no_row_before(
    database: Database,
) -> None:
    await fill(database)
    service = Service(CompiledReads(database))
    whole = await page(service, "courses by OLDEST", first=2)
    newest = whole["edges"][0]
    await database.run(
        lambda c: c.execute("delete from courses where id = $1", newest["node"]["id"])
    )
    found = await page(service, "courses by OLDEST", first=1, after=newest["cursor"])
    assert keys(found) == [keys(whole)[1]]
    assert found["pageInfo"]["hasPreviousPage"] is False


async def test_either_form_gives_the_same_page(database: Database) -> None:
    await fill(database)
    service = Service(CompiledReads(database))
    for name in LISTS:
        [first, *_] = (await page(service, name, first=1))["edges"]
        after = msgspec.json.encode(first["cursor"]).decode()
        old = document(name, "query", f"pagination: {{first: 2, after: {after}}}")
        new = document(name, "query", f"first: 2, after: {after}")
        assert await page(service, name, old) == await page(service, name, new)


@pytest.mark.node
async def test_apollo_merges_every_page_as_its_relay_policy_does(database: Database) -> None:
    node = require_node("@apollo/client")
    await fill(database)
    front = Front(Service(CompiledReads(database)).routes, now=lambda: NOW)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(
            lambda task_status: front.serve(host="127.0.0.1", port=0, task_status=task_status)
        )
        url = f"http://127.0.0.1:{port}{PATH}"
        command = [node, str(FOLDER / "apollo_pages.mjs"), url]
        done = await trio.run_process(command, capture_stdout=True)
        nursery.cancel_scope.cancel()
    told = msgspec.json.decode(done.stdout)
    assert len(set(told["forward"])) == len(told["forward"]) == COURSES
    assert told["backward"] == told["forward"]
