"""The schema, composed of the domains' parts.

Each root field carries its resolver in `extensions`, so that a plan knows how to answer the field
without looking its name up again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    assert_valid_schema,
    build_ast_schema,
    parse,
)

from gateway.graphql import scalars
from gateway.graphql.connections import completed
from gateway.graphql.domain import WITH_PAYLOAD, Domain, Feed, Mutation, Read, Resolver
from gateway.graphql.domains import (
    assessments,
    certificates,
    communication,
    content,
    courses,
    enrollments,
    notifications,
    users,
)
from gateway.graphql.planning.root_fields import RESOLVER

DOMAINS: tuple[Domain, ...] = (
    users.DOMAIN,
    courses.DOMAIN,
    enrollments.DOMAIN,
    certificates.DOMAIN,
    content.DOMAIN,
    assessments.DOMAIN,
    communication.DOMAIN,
    notifications.DOMAIN,
)

MUTATIONS: Mapping[str, Mutation] = {
    name: mutation for domain in DOMAINS for name, mutation in domain.mutations.items()
}
"""Without their siblings, which send the same commands."""

FEEDS: Mapping[str, Feed] = {
    name: feed for domain in DOMAINS for name, feed in domain.feeds.items()
}


@cache
def make_schema() -> GraphQLSchema:
    """Make the whole schema, validated; one for the process, never changed."""
    schema = build_ast_schema(completed(parse("\n".join(texts()))))
    scalars.install(schema)
    assert_valid_schema(schema)
    for domain in DOMAINS:
        install(schema, domain)
    return schema


def texts() -> Iterator[str]:
    """The schema's files: what the domains share, then each domain's types."""
    here = files("gateway.graphql")
    yield (here / "common.graphql").read_text(encoding="utf-8")
    for domain in DOMAINS:
        yield (here / "domains" / f"{domain.name}.graphql").read_text(encoding="utf-8")


def install(schema: GraphQLSchema, domain: Domain) -> None:
    """Give the domain's root fields their resolvers; undeclared fields are public reads."""
    attach(schema.query_type, {name: Read(signed_in=True) for name in domain.signed_in})
    attach(schema.query_type, {name: Read(guesses_pin=True) for name in domain.pin_queries})
    attach(schema.query_type, domain.actor_queries)
    attach(schema.mutation_type, domain.mutations)
    attach(schema.mutation_type, siblings(domain))
    attach(schema.subscription_type, domain.feeds)


def siblings(domain: Domain) -> Mapping[str, Mutation]:
    """The domain's mutations that answer with what they have changed, where others say `true`."""
    return {
        name + WITH_PAYLOAD: mutation.with_payload()
        for name, mutation in domain.mutations.items()
        if mutation.detail is not None
    }


def attach(type_: GraphQLObjectType | None, resolvers: Mapping[str, Resolver]) -> None:
    """Put each resolver into its field. Raises `KeyError` for one that the schema lacks."""
    for name, resolver in resolvers.items():
        cast(GraphQLObjectType, type_).fields[name].extensions[RESOLVER] = resolver
