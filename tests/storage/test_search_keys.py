"""The database's keys are those of `protocol.searching`, and its index is used."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import Any

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from protocol.searching import found, search_key
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Connection, Database
from storage.reads.binding import patterns_of
from storage.reads.reads import CompiledReads
from tests.gateway.graphql.harness import Service
from tests.storage.reads.rows import uid
from tests.storage.reads.school import insert, make_school
from tests.storage.reads.test_reads_plans import Explaining, explained

SCHOOL = make_school()
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"), max_size=30
)
KEYS = "select t, search_key(t) as key from unnest($1::text[]) t"
TITLES = """
insert into courses (id, title, description, slug, instructor_id, category, difficulty, status)
select md5(n::text)::uuid, initcap(md5(n::text)) || ' and Sisyphus n' || n || 'x', 'd',
    's-' || n, $1, 'c', 'beginner', 'published'
from generate_series(1, 20000) n
"""


async def keys_of(connection: Connection, given: list[str]) -> Any:
    """The texts with the keys that the database makes of them."""
    return await connection.fetch(KEYS, given)


async def test_every_character_has_the_same_key_in_the_database(database: Database) -> None:
    """But for those that the interpreter does not know yet, and surrogates."""
    known = [
        chr(number)
        for number in range(1, 0x110000)
        if unicodedata.category(chr(number)) not in ("Cn", "Cs", "Co")
    ]
    assert len(known) > 140_000
    for begin in range(0, len(known), 20_000):
        part = known[begin : begin + 20_000]
        rows = await database.run(partial(keys_of, given=part))
        assert {row["t"]: row["key"] for row in rows} == {each: search_key(each) for each in part}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=1, max_size=20))
@example(["IŞIK", "i\u0307", "I\u0307\u0323", "Σς", "ẞ", "a\u0345", "\u1e9b\u0323", "`", "K"])
async def test_texts_have_the_same_keys_and_are_found_the_same_way(
    database_url: str, given: list[str]
) -> None:
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        try:
            rows = await database.run(partial(keys_of, given=given))
            for row in rows:
                assert row["key"] == search_key(row["t"])
            patterns = patterns_of(given[0])
            hits = await database.run(
                lambda c: c.fetch(
                    "select t from unnest($1::text[]) t where search_key(t) like all ($2)"
                    " and search_key(t) like ($2)[1]",
                    given,
                    patterns,
                )
            )
            wanted = [each for each in given if found(each, given[0])]
            assert sorted(row["t"] for row in hits) == sorted(wanted)
        finally:
            await database.close()


async def test_a_search_among_many_titles_uses_the_index_and_is_one_statement(
    database: Database,
) -> None:
    await insert(database, SCHOOL)

    async def many(connection: Connection) -> None:
        await connection.execute(TITLES, uid("ada"))

    await database.run(many)
    await database.run(lambda c: c.execute("vacuum analyze courses"), transaction=False)
    explaining = Explaining(database)
    service = Service(CompiledReads(explaining))  # type: ignore[arg-type]
    query = "query($t: String) { courses(filter: {title: $t}) { totalCount nodes { title } } }"
    answer = await service.ask(query, {"t": "n19999x SISYPHUS"})
    [course] = answer.data["courses"]["nodes"]
    assert course["title"].endswith("Sisyphus n19999x")
    answer = await service.ask(
        '{ courses(filter: {title: "sisyphus\u00a0n19999x"}) { totalCount } }'
    )
    assert answer.data["courses"]["totalCount"] == 1
    text, arguments = explaining.asked[-1]
    plan = await database.run(partial(explained, text=text, arguments=arguments))
    assert "courses_title_key_idx" in msgspec.json.encode(plan).decode()
