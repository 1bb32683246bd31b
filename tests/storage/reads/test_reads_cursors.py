"""Cursors that no statement wrote are refused by name, whatever is in them."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.errors import ValidationError
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.reads.cursors import MAX_CURSOR, READERS, read_cursor
from storage.reads.reads import CompiledReads
from tests.gateway.graphql.harness import Service
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school

SCHOOL = make_school()
ADMIN = viewers()["admin"]
ID = str(uid("open"))
HOSTILE = [
    "9999-12-31T23:59:59-14:00",
    "9999-12-31 23:59:59-14:00",
    "0001-01-01 00:00:00+14:00",
    "0001-01-01 00:00:00+00",
    "10000-01-01 00:00:00+00",
    "0044-03-15 00:00:00+00 BC",
    "2026-02-30 00:00:00+00",
    "2026-01-01 24:00:00+00",
    "2026-01-01 00:00:00+25",
    "2026-01-01",
    "infinity",
    "-infinity",
    "now",
    "1e-16384",
    "1e999999999",
    "NaN",
    "sNaN",
    "Infinity",
    "-0",
    "1_000",
    "١٢",
    " 1",
    "1.",
    "0x10",
    "9" * 20,
    "9" * 2_000,
    "-2147483649",
    "2147483648",
    "\x00",
    "a\x00b",
    f"{{{ID}}}",
    f"urn:uuid:{ID}",
    ID.upper(),
    ID.replace("-", ""),
    "",
]
LISTS = {
    "NEWEST": 'courses(sort: NEWEST, {end}: "{cursor}")',
    "TITLE": 'courses(sort: TITLE, {end}: "{cursor}")',
    "POPULAR": 'courses(sort: POPULAR, {end}: "{cursor}")',
    "RATING": 'courses(sort: RATING, {end}: "{cursor}")',
    "PRICE": 'courses(sort: PRICE, {end}: "{cursor}")',
    "auditTrail": 'auditTrail({end}: "{cursor}")',
    "users": 'users({end}: "{cursor}")',
    "results": f'liveQuiz(id: "{uid("over")}") {{{{ results({{end}}: "{{cursor}}")',
}


def cursor_of(parts: Any) -> str:
    return base64.b64encode(msgspec.json.encode(parts)).decode()


async def ask(service: Service, name: str, cursor: str, end: str) -> list[str]:
    """The codes of the errors."""
    field = LISTS[name].format(end=end, cursor=cursor)
    close = " }" if "{" in field else ""
    query = f"{{ {field} {{ totalCount nodes {{ __typename }} }}{close} }}"
    return (await service.ask(query, viewer=ADMIN)).codes


@pytest.mark.parametrize("end", ["after", "before"])
@pytest.mark.parametrize("name", LISTS)
async def test_no_key_of_a_cursor_reaches_postgresql_unless_it_can_be_one(
    database: Database, name: str, end: str
) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    shapes = [[text, ID] for text in HOSTILE] + [[text] for text in HOSTILE]
    shapes += [["0", text] for text in HOSTILE] + [["2026-01-01 00:00:00+00", t] for t in HOSTILE]
    for shape in shapes:
        codes = await ask(service, name, cursor_of([name, *shape]), end)
        assert codes in ([], ["VALIDATION_ERROR"]), (shape, codes)


async def test_a_cursor_is_one_of_its_own_list_and_order_alone(database: Database) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    given = {}
    for name, field in LISTS.items():
        page = field.format(end="after", cursor="").replace('after: ""', "first: 1")
        query = f"{{ {page} {{ edges {{ cursor }} }}{' }' if '{' in page else ''} }}"
        found = (await service.ask(query, viewer=ADMIN)).data
        [root] = found.values()
        given[name] = root.get("results", root)["edges"][0]["cursor"]
    for name in LISTS:
        for of, cursor in given.items():
            codes = await ask(service, name, cursor, "after")
            assert codes == ([] if of == name else ["VALIDATION_ERROR"]), (name, of)


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ('courses(after: "x")', "after"),
        ('courses(last: 1, before: "x")', "before"),
        ('courses(pagination: {after: "x"})', "pagination.after"),
        ('courses(filter: {title: "\\u0000"})', "filter.title"),
        ('users(filter: {text: "\\u0000"})', "filter.text"),
    ],
)
async def test_what_is_wrong_is_named_as_it_was_sent(
    database: Database, field: str, named: str
) -> None:
    service = Service(CompiledReads(database))
    answer = await service.ask(f"{{ {field} {{ totalCount }} }}", viewer=ADMIN)
    [problem] = answer.json["errors"][0]["extensions"]["details"]["fields"]
    assert problem["field"] == named


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(LISTS)),
    parts=st.lists(
        st.sampled_from([*HOSTILE, *LISTS, ID, "1", "1.50", "2026-01-01 00:00:00+00"])
        | st.text(max_size=20)
        | st.datetimes().map(lambda moment: moment.isoformat(" ") + "+00")
        | st.decimals().map(str)
        | st.integers().map(str),
        max_size=4,
    ),
)
async def test_no_cursor_is_an_error_of_the_database(
    database_url: str, name: str, parts: list[str]
) -> None:
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        try:
            await insert(database, SCHOOL)
            service = Service(CompiledReads(database))
            for each in (parts, [name, *parts]):
                codes = await ask(service, name, cursor_of(each), "after")
                assert codes in ([], ["VALIDATION_ERROR"])
        finally:
            await database.close()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("instant", "9999-12-31 23:59:59-14:00"),
        ("instant", "0001-01-01 00:00:00+14:00"),
        ("instant", "2026-01-01T00:00:00+00"),
        ("number", "1e-16384"),
        ("number", "NaN"),
        ("int", "2147483648"),
        ("bigint", "9223372036854775808"),
        ("bigint", "1_0"),
        ("uuid", ID.upper()),
        ("text", "\x00"),
    ],
)
def test_a_key_that_postgresql_would_not_print_is_refused(kind: str, text: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        READERS[kind](text)
    with pytest.raises(ValidationError):
        read_cursor(cursor_of(["users", text]), [kind], "after", "users")


def test_a_cursor_is_bounded_before_it_is_decoded() -> None:
    cursor = cursor_of(["TITLE", "x" * MAX_CURSOR])
    with pytest.raises(ValidationError):
        read_cursor(cursor, ["text"], "before", "TITLE")
    longest = cursor_of(["TITLE", "x" * 1_530])
    assert read_cursor(longest, ["text"], "before", "TITLE") == ["x" * 1_530]
