"""The compiled reads give what obvious resolvers give, for every query and every viewer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.graphql.limits import Limits
from gateway.graphql.schema import DOMAINS, make_schema
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.gateway.graphql.harness import Service
from tests.storage.reads.actor_answers import ANSWERS
from tests.storage.reads.oracle import Oracle, written
from tests.storage.reads.queries import queries, whole
from tests.storage.reads.rows import viewers
from tests.storage.reads.school import insert, make_school

SCHEMA = make_schema()
SCHOOL = make_school()
VIEWERS = viewers()
SECRETS = ("SECRET KEY", "SECRET WHY", "SECRET NOTE", "SECRET REASON")
STAFF = {"admin", "ada", "cora", "bob", "tess", "gone"}
"""Who sees keys: teachers, and who assists them. The rows of `gone` name a co-teacher, too."""
ROOMY = Limits(aliases=1_000, fields=5_000, depth=30, recursion=30, cost=10**9)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=queries(SCHEMA))
async def test_a_compiled_read_equals_the_obvious_resolvers(
    database_url: str, asked: tuple[str, dict[str, Any]]
) -> None:
    """Property 68: GraphQL query resolution

    Validates: Requirements 21.2
    """
    # Every example has an event loop of its own, so it opens the database again.
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        try:
            await insert(database, SCHOOL)
            service = answering(database)
            for name in VIEWERS:
                await compare(service, name, *asked)
        finally:
            await database.close()


@pytest.mark.parametrize(
    "field", sorted(name for domain in DOMAINS for name in domain.actor_queries)
)
async def test_the_obvious_resolvers_know_all_that_an_actor_answers(
    database: Database, field: str
) -> None:
    await insert(database, SCHOOL)
    query = whole(SCHEMA, field)
    for name in VIEWERS:
        await compare(answering(database), name, query, {})
    assert Oracle(SCHEMA, SCHOOL, VIEWERS["admin"]).ask(query, {}).errors is None


def answering(database: Database) -> Service:
    service = Service(CompiledReads(database), limits=ROOMY)
    service.post.replies.update(ANSWERS)
    return service


async def compare(service: Service, name: str, query: str, variables: dict[str, Any]) -> None:
    """Both ways give the same data and fail on the same queries."""
    viewer = VIEWERS[name]
    expected = Oracle(SCHEMA, SCHOOL, viewer).ask(query, variables)
    response = await service.ask(query, variables, viewer=viewer)
    assert response.status == 200, response.json
    assert written(response.data) == written(expected.data), name
    assert bool(response.codes) == bool(expected.errors), name
    if name not in STAFF:
        assert not any(secret in response.body.decode() for secret in SECRETS)
