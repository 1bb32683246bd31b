"""`node(id)`: any object by its id, for whoever may see it, in one statement."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.graphql.limits import Limits
from gateway.graphql.schema import make_schema
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.reads.model import AnyOf
from storage.reads.reads import MODEL, CompiledReads
from tests.gateway.graphql.harness import Service
from tests.storage.reads.oracle import Oracle, written
from tests.storage.reads.rows import uid, viewers
from tests.storage.reads.school import insert, make_school
from tests.storage.reads.test_reads_statements import CountingDatabase
from tests.support.profiles import share

SCHEMA = make_schema()
SCHOOL = make_school()
VIEWERS = viewers()
NODE = SCHEMA.type_map["Node"]
assert isinstance(NODE, GraphQLInterfaceType)
TYPES = SCHEMA.get_possible_types(NODE)
WITHOUT = {"Session", "Message", "Announcement", "Notification", "Upload"}
"""No records of these can be read: sign-ins are in Redis, of uploads the storage knows most, and
the others are told once as events."""
IDS = sorted({str(row["id"]) for rows in SCHOOL.tables.values() for row in rows if "id" in row})
NO_IDS = ["1", "2", "0", "99", "-1", "١", "9" * 30, "", "x", "\\ud800"]


def leaves(type_: GraphQLObjectType) -> str:
    """Every field of a type that has no fields of its own."""
    fields = type_.fields.items()
    return " ".join(name for name, field in fields if is_leaf_type(get_named_type(field.type)))


QUERY = f"""query($id: ID!) {{ node(id: $id) {{ kind: __typename id
  {" ".join(f"... on {each.name} {{ {leaves(each)} }}" for each in TYPES)} }} }}"""


def aliased(query: str) -> str:
    """Fields of one name and different types, each with a name of its own."""
    for each in TYPES:
        head = f"... on {each.name} {{ "
        names = leaves(each)
        own = " ".join(f"{each.name}_{name}: {name}" for name in names.split())
        query = query.replace(head + names + " }", head + own + " }")
    return query


@settings(max_examples=share(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.sampled_from([*IDS, *NO_IDS]), min_size=1, max_size=2))
async def test_whoever_may_see_an_object_finds_it_by_its_id_and_nobody_else_does(
    database_url: str, wanted: list[str]
) -> None:
    query = aliased(QUERY)
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        try:
            await insert(database, SCHOOL)
            service = Service(CompiledReads(database), limits=Limits(aliases=1_000))
            for id_ in wanted:
                for name, viewer in VIEWERS.items():
                    expected = Oracle(SCHEMA, SCHOOL, viewer).ask(query, {"id": id_})
                    assert expected.errors is None
                    found = await service.ask(query, {"id": id_}, viewer=viewer)
                    assert written(found.data) == written(expected.data), (name, id_)
        finally:
            await database.close()


async def test_every_kind_of_object_is_found_by_somebody(database: Database) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    query = "query($id: ID!) { node(id: $id) { __typename id } }"
    found = set()
    for id_ in [*IDS, "1"]:
        node = (await service.ask(query, {"id": id_}, viewer=VIEWERS["admin"])).data["node"]
        if node is not None:
            assert node["id"] == id_
            found.add(node["__typename"])
    assert found == {each.name for each in TYPES} - {"DiscussionThread", "DiscussionPost"}


async def test_a_node_is_one_statement_whatever_is_asked_of_it(database: Database) -> None:
    await insert(database, SCHOOL)
    counting = CountingDatabase(database)
    service = Service(CompiledReads(counting))  # type: ignore[arg-type]
    query = """query($id: ID!) { node(id: $id) { ...C ... on Node { ... on User { role } } } }
      fragment C on Course { id reviews(first: 2) { nodes { id ... on Node { id } } } }"""
    answer = await service.ask(query, {"id": str(uid("open"))}, viewer=VIEWERS["stu"])
    assert answer.codes == []
    assert set(answer.data["node"]) == {"id", "reviews"}
    assert len(counting.statements) == 1


OF_RELAY = """query ReviewsPageQuery(
  $after: String
  $first: Int = 4
  $id: ID!
) {
  node(id: $id) {
    __typename
    ...Reviews_course_2HEEH6
    id
  }
}

fragment Reviews_course_2HEEH6 on Course {
  reviews(first: $first, after: $after) {
    edges {
      node {
        id
        rating
        __typename
      }
      cursor
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
  id
}
"""
"""What relay-compiler 21 makes of our schema and a fragment on `Course` with `@refetchable` and, on
its `reviews`, `@connection`. To make it anew: `npm install relay-compiler`, a `relay.config.json`
with `{"src": "src", "schema": "gateway/schema.graphql", "language": "javascript"}`, the fragment in
a file under `src`, `npx relay-compiler`."""


async def test_the_query_that_relay_makes_of_a_page_within_an_object_is_answered(
    database: Database,
) -> None:
    await insert(database, SCHOOL)
    service = Service(CompiledReads(database))
    variables = {"id": str(uid("open")), "first": 1}
    node = (await service.ask(OF_RELAY, variables)).data["node"]
    assert (node["__typename"], node["id"]) == ("Course", str(uid("open")))
    [edge] = node["reviews"]["edges"]
    assert node["reviews"]["pageInfo"]["endCursor"] == edge["cursor"]
    other = (await service.ask(OF_RELAY, {"id": str(uid("open-1-1"))})).data["node"]
    assert other in (None, {"__typename": "Lesson", "id": str(uid("open-1-1"))})


@pytest.mark.parametrize("id_", NO_IDS)
async def test_what_is_no_id_finds_nothing(database: Database, id_: str) -> None:
    service = Service(CompiledReads(database))
    query = "query($id: ID!) { node(id: $id) { id } }"
    answer = await service.ask(query, {"id": id_}, viewer=VIEWERS["stu"])
    assert (answer.data, answer.codes) == ({"node": None}, [])


def test_every_type_with_an_id_can_be_found_by_it() -> None:
    shape = MODEL.roots["node"].shape
    assert isinstance(shape, AnyOf)
    declared = {each.name for each in TYPES}
    with_ids = {
        type_.name
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        and str(getattr(type_.fields.get("id"), "type", "")) == "ID!"
    }
    assert set(shape.kinds) == declared == with_ids - WITHOUT
    assert all(kind.nullable and not kind.open for kind in shape.kinds.values())


def test_the_schema_is_what_relay_demands() -> None:
    assert SCHEMA.query_type is not None
    node = SCHEMA.query_type.fields["node"]
    assert str(node.type) == "Node"
    assert {name: str(each.type) for name, each in node.args.items()} == {"id": "ID!"}
    assert isinstance(NODE, GraphQLInterfaceType)
    assert {name: str(each.type) for name, each in NODE.fields.items()} == {"id": "ID!"}


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ('{ node(id: "1") { id } }', 1),
        ('{ node(id: "1") { ... on Course { modules { id } } ... on User { id } } }', 1 + 8),
        ('{ node(id: "1") { ... on Course { instructor { id } } ... on Quiz { id } } }', 2),
        ('{ node(id: "1") { ... on Course { reviews(first: 7) { nodes { id } } } } }', 1 + 1 + 7),
    ],
)
async def test_a_node_costs_what_its_dearest_type_costs(query: str, cost: int) -> None:
    service = Service()
    answer = await service.post_json({"query": query, "extensions": {"cost": True}})
    assert answer.json["extensions"]["cost"]["requested"] == cost


async def test_a_page_within_a_node_counts_with_the_size_of_the_request() -> None:
    service = Service()
    query = """query($n: Int) { node(id: "1") {
      ... on Course { reviews(first: $n) { nodes { id } } }
      ... on LiveQuiz { results(last: 3) { nodes { rank } } } } }"""
    for size, cost in ((1, 1 + 1 + 3), (9, 1 + 1 + 9)):
        body: Any = {"query": query, "variables": {"n": size}, "extensions": {"cost": True}}
        answer = await service.post_json(body)
        assert answer.json["extensions"]["cost"]["requested"] == cost


async def test_what_an_interface_has_counts_once_for_all_its_types() -> None:
    many = " ".join(f"a{n}: id" for n in range(30))
    answer = await Service().ask(f'{{ node(id: "1") {{ {many} }} }}')
    assert answer.codes == []
    answer = await Service().ask(f'{{ node(id: "1") {{ {many} more: id }} }}')
    assert answer.codes == ["LIMIT_EXCEEDED"]
