"""How a root field is answered is decided in the plan."""

from __future__ import annotations

import pytest

from gateway.graphql.documents.documents import Documents
from gateway.graphql.domain import ActorQuery, Feed, Mutation, Read
from gateway.graphql.limits import Limits
from gateway.graphql.planning.root_fields import Constant, Introspection, Variant
from gateway.graphql.schema import DOMAINS, make_schema, siblings


def variant_of(text: str) -> Variant:
    plan = Documents(make_schema(), Limits()).plan(text, None)
    return plan.variant(plan.coerce({}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{ __typename }", Constant),
        ('{ __type(name: "Role") { name } }', Constant),
        ("{ __schema { types { name fields { name description } } } }", Introspection),
        ("query($x: Boolean = false) { __schema @skip(if: $x) { description } }", Introspection),
        ('{ course(id: "c") { id } }', Read),
        ("{ mySessions { id } }", ActorQuery),
        ("mutation { logoutEverywhere }", Mutation),
        ("subscription { notificationReceived { id } }", Feed),
    ],
)
def test_a_root_field_has_the_resolver_of_its_kind(text: str, kind: type) -> None:
    root = variant_of(text).roots[0]
    assert isinstance(root.resolver, kind)
    assert (root.constant is not None) == (kind is Constant)


@pytest.mark.parametrize(
    ("text", "reads_only", "signed_in", "asks_actors", "public"),
    [
        ('{ course(id: "c") { id } courses { totalCount } }', True, False, False, False),
        ('{ me { id } course(id: "c") { id } }', True, True, False, False),
        ('{ __typename course(id: "c") { id } }', False, False, False, False),
        ('{ liveQuizByPin(pin: "1") { id } }', False, False, False, False),
        ("{ mySessions { id } me { id } }", False, True, True, False),
        ("mutation { logout }", False, False, True, True),
        ("mutation { logout logoutEverywhere }", False, False, True, False),
        ("mutation { __typename }", False, False, False, True),
        ("subscription { notificationReceived { id } }", False, False, False, False),
    ],
)
def test_a_variant_knows_what_it_takes_to_answer_it(
    text: str, reads_only: bool, signed_in: bool, asks_actors: bool, public: bool
) -> None:
    variant = variant_of(text)
    assert variant.reads_only is reads_only
    assert variant.reads_signed_in is signed_in
    assert variant.asks_actors is asks_actors
    assert variant.public is public


def test_every_mutation_and_subscription_of_the_schema_is_declared_by_one_domain() -> None:
    schema = make_schema()
    assert schema.mutation_type is not None
    assert schema.subscription_type is not None
    mutations = [name for domain in DOMAINS for name in (*domain.mutations, *siblings(domain))]
    feeds = [name for domain in DOMAINS for name in domain.feeds]
    assert sorted(mutations) == sorted(schema.mutation_type.fields)
    assert sorted(feeds) == sorted(schema.subscription_type.fields)
