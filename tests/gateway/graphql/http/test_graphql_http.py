"""GraphQL over HTTP: media types, methods, statuses, malformed requests, limits, the cache."""

from __future__ import annotations

import msgspec
import pytest

from gateway.graphql.limits import Limits
from protocol.errors import DatabaseError, ValidationError
from protocol.selection import Viewer
from protocol.validation import Rule
from tests.gateway.graphql.harness import JSON_BODY, Service

GRAPHQL = {b"accept": b"application/graphql-response+json"}
STU = Viewer(user_id="3d0ff8a8-7b3f-4b57-8ac7-1f0ac1b7b1ab", role="student")


def plans(service: Service) -> dict[str, float]:
    """The numbers of the cache of plans."""
    return {name: service.operations.statistics()[name] for name in ("entries", "hits", "misses")}


async def test_a_tiny_query_is_answered_without_a_task_or_storage() -> None:
    service = Service()
    for _ in range(2):
        response = await service.ask("{ __typename again: __typename }")
        assert response.body == b'{"data":{"__typename":"Query","again":"Query"}}'
    assert service.tasks == 0
    assert service.fake_reads.executed == []
    assert plans(service) == {"entries": 1, "hits": 1, "misses": 1}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, b"application/json"),
        (b"*/*", b"application/json"),
        (b"application/json", b"application/json"),
        (b"application/graphql-response+json", b"application/graphql-response+json"),
        (
            b"application/json;q=0.5, application/graphql-response+json;charset=utf-8",
            b"application/graphql-response+json",
        ),
        (b"text/html, application/*;q=0.1", b"application/json"),
        (b"", b"application/json"),
        (b" ", b"application/json"),
        (b"application/json;q=0, */*", b"application/graphql-response+json"),
        (b"*/*;q=0.1, application/json;q=0", b"application/graphql-response+json"),
        (b"application/graphql-response+json;q=0, application/*", b"application/json"),
        (b"application/graphql-response+json, */*", b"application/graphql-response+json"),
    ],
)
async def test_the_answer_has_the_media_type_that_the_client_prefers(
    accept: bytes | None, answered: bytes
) -> None:
    headers = {} if accept is None else {b"accept": accept}
    response = await Service().ask("{ __typename }", headers=headers)
    assert response.status == 200
    assert response.headers[b"content-type"] == answered + b"; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    [
        b"text/html",
        b"*/*;q=0",
        b"application/json;q=0",
        b"application/json;q=0, application/graphql-response+json;q=0, */*",
    ],
)
async def test_a_client_that_takes_neither_media_type_gets_406(accept: bytes) -> None:
    response = await Service().ask("{ __typename }", headers={b"accept": accept})
    assert (response.status, response.codes) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"query":1}',
        b"{}",
        b'{"query":"{__typename}","variables":"x"}',
        b'{"query":"{__typename}","variables":[]}',
        b'{"query":"{__typename}","operationName":{}}',
        b'{"query":"{__typename}","extensions":1}',
        b'{"query":"\xff"}',
        b'{"query":"{__typename}","variables":' + b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("accept", [{}, GRAPHQL])
async def test_a_malformed_body_is_400_whatever_is_accepted(
    body: bytes, accept: dict[bytes, bytes]
) -> None:
    response = await Service().send("POST", headers={**JSON_BODY, **accept}, body=body)
    assert (response.status, response.codes) == (400, ["BAD_REQUEST"])
    assert "data" not in response.json


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("{ me { } }", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("{ me }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: ID!) { course(id: $id) { id } }", {}, "VALIDATION_ERROR"),
        ("query($id: ID!) { course(id: $id) { id } }", {"id": {}}, "VALIDATION_ERROR"),
        ("query A { __typename } query B { __typename }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("subscription { nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { me { id } }", None, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_document_that_cannot_be_executed_has_no_data(
    query: str, variables: dict[str, object] | None, code: str
) -> None:
    service = Service()
    old = await service.ask(query, variables)
    new = await service.ask(query, variables, headers=GRAPHQL)
    assert (old.status, new.status) == (200, 400)
    for response in (old, new):
        assert response.codes[0] == code
        assert "data" not in response.json


async def test_a_query_can_be_got_and_a_mutation_cannot() -> None:
    service = Service()
    response = await service.get(
        "query($yes: Boolean!) { __typename @include(if: $yes) }",
        variables='{"yes": true}',
        operationName="",
    )
    assert response.json == {"data": {"__typename": "Query"}}
    refused = await service.get("mutation { logout }", {b"cookie": b"stoa_refresh=x"})
    assert (refused.status, refused.headers[b"allow"]) == (405, b"POST")
    assert service.post.sent == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "query=%7B__typename%7D&query=x",
        "query=%ff",
        "query=%7B__typename%7D&variables=%7B",
        "variables=%7B%7D",
    ],
)
async def test_a_malformed_url_is_400(query: str) -> None:
    response = await Service().send("GET", query)
    assert response.status == 400


async def test_errors_carry_code_request_time_and_field_details() -> None:
    service = Service()
    service.fake_reads.answers["course"] = ValidationError.of("id", Rule.TOO_SMALL, "is odd", min=2)
    response = await service.ask('{\n  c: course(id: "1") { id } }')
    assert response.status == 200
    assert response.json == {
        "errors": [
            {
                "message": "Invalid input data",
                "locations": [{"line": 2, "column": 3}],
                "path": ["c"],
                "extensions": {
                    "code": "VALIDATION_ERROR",
                    "details": {
                        "fields": [
                            {"field": "id", "message": "is odd", "code": "TOO_SMALL", "min": 2}
                        ]
                    },
                    "requestId": "req_1",
                    "timestamp": "2026-01-01T00:00:00.123Z",
                },
            }
        ],
        "data": {"c": None},
    }


async def test_one_wrong_argument_does_not_spoil_the_other_fields() -> None:
    service = Service()
    service.fake_reads.answers.update(
        course=b'{"id":"1"}', quiz=ValidationError.of("id", Rule.INVALID_FORMAT, "odd")
    )
    response = await service.ask('{ course(id: "1") { id } quiz(id: "2") { id } }')
    assert response.data == {"course": {"id": "1"}, "quiz": None}
    assert response.codes == ["VALIDATION_ERROR"]


@pytest.mark.parametrize(
    ("raised", "code"), [(DatabaseError(), "DATABASE_ERROR"), (KeyError("pw"), "INTERNAL_ERROR")]
)
async def test_what_is_not_for_clients_is_masked(raised: Exception, code: str) -> None:
    service = Service()
    service.fake_reads.answers["course"] = raised
    response = await service.ask('{ course(id: "1") { id } }')
    assert response.codes == [code]
    assert b"pw" not in response.body


async def test_a_null_where_none_may_be_takes_all_data_with_it() -> None:
    service = Service()
    response = await service.ask("{ __typename me { id } }", viewer=STU)
    assert response.data is None
    assert response.codes == ["AUTHENTICATION_ERROR"]


@pytest.mark.parametrize(
    "field",
    ["me { id }", "myEnrollments { id }", "myCourses { totalCount }", 'user(id: "1") { id }'],
)
async def test_what_is_one_s_own_needs_a_signed_in_user(field: str) -> None:
    service = Service()
    response = await service.ask(f"{{ {field} }}")
    assert response.codes == ["AUTHENTICATION_ERROR"]
    assert service.fake_reads.executed == []


async def test_an_access_token_that_is_not_good_is_401() -> None:
    service = Service()
    for _ in range(2):  # the answer that never changes is not given to it either
        await service.ask("{ __typename }")
        response = await service.ask("{ __typename }", headers={b"authorization": b"Bearer old"})
        assert (response.status, response.codes) == (401, ["AUTHENTICATION_ERROR"])
        assert response.json["errors"][0]["extensions"]["details"] == {"reason": "expired"}


async def test_an_answer_that_never_changes_is_given_with_what_else_was_asked_for() -> None:
    service = Service()
    body = {"query": "{ __typename }", "extensions": {"cost": True}}
    for _ in range(2):
        await service.ask("{ __typename }")
        assert (await service.post_json(body)).json["extensions"]["cost"]["requested"] == 0


async def test_an_answer_depends_on_the_variables_of_its_directives() -> None:
    query = "query($no: Boolean!) { __typename again: __typename @skip(if: $no) }"
    service = Service()
    for no in (True, False, True):
        response = await service.ask(query, {"no": no})
        assert ("again" in response.data) is not no
    assert (await service.ask(query, {})).codes == ["VALIDATION_ERROR"]


@pytest.mark.parametrize(
    ("limits", "query", "limit"),
    [
        (Limits(depth=3), '{ course(id: "1") { modules { lessons { id } } } }', "depth"),
        (Limits(aliases=2), "{ a: __typename b: me { c: id d: role } }", "aliases"),
        (Limits(root_fields=2), "{ a: __typename b: __typename c: __typename }", "root_fields"),
        (Limits(fields=3), "{ me { id role createdAt } }", "fields"),
        (Limits(document_bytes=20), "{ me { id role createdAt } }", "document_bytes"),
    ],
)
async def test_a_document_past_a_limit_is_refused(limits: Limits, query: str, limit: str) -> None:
    response = await Service(limits=limits).ask(query, viewer=STU)
    assert response.codes == ["LIMIT_EXCEEDED"]
    assert response.json["errors"][0]["extensions"]["details"]["limit"] == limit


async def test_too_many_tokens_and_too_deep_nesting_are_refused_by_the_parser() -> None:
    for query in ("{" + " id" * 6_000 + "}", "{ a" * 2_000, "{ course(id: " + "[" * 2_000):
        response = await Service().ask(query)
        assert response.codes == ["GRAPHQL_PARSE_FAILED"]


async def test_fragments_that_multiply_are_bounded_by_the_fields_they_spread_to() -> None:
    steps = [
        f"fragment F{n} on CourseModule {{ a{n}: prerequisite {{ ...F{n + 1} }}"
        f" b{n}: prerequisite {{ ...F{n + 1} }} }}"
        for n in range(10)
    ]
    query = '{ course(id: "1") { modules { ...F0 } } } ' + " ".join(steps)
    query += " fragment F10 on CourseModule { id }"
    response = await Service(limits=Limits(depth=50, aliases=10_000, fields=200)).ask(query)
    assert response.codes == ["LIMIT_EXCEEDED"]


@pytest.mark.parametrize(
    "query",
    [
        "{ courses(pagination: {first: 101}) { totalCount } }",
        "{ courses(pagination: {first: -1}) { totalCount } }",
        '{ liveQuiz(id: "1") { results(first: 1000) { totalCount } } }',
    ],
)
async def test_a_page_has_a_largest_size(query: str) -> None:
    response = await Service().ask(query)
    assert response.codes == ["VALIDATION_ERROR"]


async def test_plans_are_kept_by_document_and_operation_and_the_oldest_is_forgotten() -> None:
    service = Service(limits=Limits(plans=2))
    document = "query A { a: __typename } query B { b: __typename }"
    assert (await service.ask(document, operation="A")).data == {"a": "Query"}
    assert (await service.ask(document, operation="B")).data == {"b": "Query"}
    assert (await service.ask(document, operation="A")).data == {"a": "Query"}
    assert plans(service) == {"entries": 2, "hits": 1, "misses": 2}
    await service.ask("{ __typename }")
    await service.ask(document, operation="B")
    assert plans(service) == {"entries": 2, "hits": 1, "misses": 4}


async def test_one_plan_hands_storage_the_same_selection_for_the_same_directives() -> None:
    service = Service()
    query = "query($id: ID!, $t: Boolean!) { course(id: $id) { id title @include(if: $t) } }"
    for id_, with_title in (("1", True), ("2", True), ("1", False)):
        await service.ask(query, {"id": id_, "t": with_title})
    first, second, third = (selections[0] for selections, _ in service.fake_reads.executed)
    assert first.field is second.field
    assert third.field is not first.field
    assert [child.name for child in third.field.children] == ["id"]
    argument = first.field.arguments["id"]
    assert (first.variables[argument.variable], second.variables[argument.variable]) == ("1", "2")


async def test_introspection_is_answered_and_can_be_switched_off() -> None:
    query = "query($n: String!) { __type(name: $n) { name } __schema { queryType { name } } }"
    response = await Service().ask(query, {"n": "Course"})
    assert response.data == {
        "__type": {"name": "Course"},
        "__schema": {"queryType": {"name": "Query"}},
    }
    plain = await Service().ask("{ __schema { types { name } } }")
    assert {"name": "LiveQuiz"} in plain.data["__schema"]["types"]
    off = Service(introspection=False)
    for asked in (
        query,
        "{ __schema { queryType { name } } }",
        '{ __type(name: "User") { name } }',
    ):
        for refused in (await off.ask(asked, {"n": "Course"}), await off.get(asked)):
            assert set(refused.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    assert (await off.ask("{ __typename }")).data == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ course(id: 1) { titel } }", {}),
        ("{ cours(id: 1) { id } }", {}),
        ("{ courses(filter: {categry: 1}) { totalCount } }", {}),
        ("query($f: CourseFilter) { courses(filter: $f) { totalCount } }", {"f": {"categry": 1}}),
    ],
)
async def test_without_introspection_mistyped_names_are_not_put_right(
    query: str, variables: dict[str, object]
) -> None:
    assert b"Did you mean" in (await Service().ask(query, variables)).body
    assert b"Did you mean" not in (await Service(introspection=False).ask(query, variables)).body


async def test_the_whole_introspection_query_of_the_tools_is_answered() -> None:
    from graphql import build_client_schema, get_introspection_query

    response = await Service().ask(get_introspection_query(input_value_deprecation=True))
    assert "LiveQuiz" in build_client_schema(response.data).type_map
    assert msgspec.json.decode(response.body)["data"] is not None
