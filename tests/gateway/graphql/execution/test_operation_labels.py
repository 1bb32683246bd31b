"""How long operations take is counted by names that we know beforehand, never by a client's."""

from __future__ import annotations

import pytest

from gateway.front.route_times import KINDS, route_kind
from gateway.graphql.documents.trusted import documents_of_pages
from gateway.graphql.execution.operations import labels_of
from protocol.distributions import MAX_LABELS


def test_a_document_goes_by_the_name_of_its_first_operation_or_field() -> None:
    named = "query Courses { courses { nodes { id } } } mutation Two { logout }"
    plain, fragments = "{ me { id } }", "fragment F on User { id } { ...F }"
    assert labels_of([named, plain, fragments, "fragment F on User { id }"]) == {
        named: "Courses",
        plain: "me",
        fragments: "other",
    }


def test_the_documents_of_our_own_pages_have_names() -> None:
    labels = labels_of(documents_of_pages())
    assert labels
    assert "other" not in labels.values()
    assert len(set(labels.values())) < MAX_LABELS


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/graphql", "graphql"),
        ("GET", "/graphql", "graphql"),
        ("POST", "/graphql/stream", "graphql_stream"),
        ("GET", "/socket.io/", "socketio_get"),
        ("POST", "/socket.io/", "socketio_post"),
        ("PUT", "/objects/token", "objects"),
        ("GET", "/", "site"),
        ("PUT", "/whatever/a/client/writes", "site"),
    ],
)
def test_a_route_is_of_a_kind(method: str, path: str, kind: str) -> None:
    assert route_kind(method, path) == kind
    assert kind in KINDS
