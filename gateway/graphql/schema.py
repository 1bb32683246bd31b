"""The schema: the domains' parts put together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from graphql import GraphQLSchema, assert_valid_schema, build_schema

from gateway.graphql import (
    assessments,
    certificates,
    communication,
    cost,
    courses,
    enrollments,
    live_updates,
    notifications,
    scalars,
    users,
)
from gateway.graphql.domain import Domain, Feed, Mutation

DOMAINS: tuple[Domain, ...] = (
    users.DOMAIN,
    courses.DOMAIN,
    enrollments.DOMAIN,
    certificates.DOMAIN,
    assessments.DOMAIN,
    live_updates.DOMAIN,
    communication.DOMAIN,
    notifications.DOMAIN,
)

MUTATIONS: Mapping[str, Mutation] = {
    name: mutation for domain in DOMAINS for name, mutation in domain.mutations.items()
}

QUESTIONS: Mapping[str, Mutation] = {
    name: question for domain in DOMAINS for name, question in domain.questions.items()
}

FEEDS: Mapping[str, Feed] = {
    name: feed for domain in DOMAINS for name, feed in domain.feeds.items()
}

SIGNED_IN: frozenset[str] = frozenset().union(*(domain.signed_in for domain in DOMAINS))
"""The queries that only a signed-in user may ask."""

PIN_QUERIES = frozenset({"liveQuizByPin"})
"""The queries by which a PIN could be guessed: null says that it was wrong."""


@cache
def make_schema() -> GraphQLSchema:
    """The whole schema, validated; one for the process, and nobody changes it."""
    schema = build_schema("\n".join([cost.SDL, scalars.SDL, *(domain.sdl for domain in DOMAINS)]))
    scalars.install(schema)
    assert_valid_schema(schema)
    return schema
