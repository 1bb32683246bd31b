"""Automatic persisted queries, and documents by their id."""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters
from tests.gateway.graphql.harness import Response, Service

GRAPHQL = {b"accept": b"application/graphql-response+json"}
TINY = "query Tiny { __typename }"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str, version: int = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": hash_of(text)}}


async def register(service: Service, text: str) -> Response:
    return await service.post_json({"query": text, "extensions": persisted(text)})


async def test_a_hash_is_not_known_then_learned_with_its_text_and_known_from_then_on() -> None:
    service = Service()
    unknown = await service.post_json({"extensions": persisted(TINY)})
    assert (unknown.status, unknown.codes) == (200, ["PERSISTED_QUERY_NOT_FOUND"])
    assert unknown.json["errors"][0]["message"] == "PersistedQueryNotFound"
    for body in ({"query": TINY, "extensions": persisted(TINY)}, {"extensions": persisted(TINY)}):
        assert (await service.post_json(body)).data == {"__typename": "Query"}


async def test_a_hash_that_is_not_known_has_no_data_and_says_so_with_its_status() -> None:
    response = await Service().post_json({"extensions": persisted(TINY)}, GRAPHQL)
    assert response.status == 400
    assert "data" not in response.json
    assert len(response.json["errors"]) == 1


async def test_the_hash_works_with_get_and_a_mutation_by_it_does_not() -> None:
    service = Service()
    extensions = msgspec.json.encode(persisted(TINY)).decode()
    assert (await service.get(extensions=extensions)).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    learned = await service.get(TINY, extensions=extensions)
    assert learned.data == {"__typename": "Query"}
    assert (await service.get(extensions=extensions)).data == {"__typename": "Query"}
    leave = "mutation { logout }"
    await service.operations.plan(Parameters(leave, extensions=persisted(leave)))
    refused = await service.get(extensions=msgspec.json.encode(persisted(leave)).decode())
    assert refused.status == 405
    assert service.post.sent == []


async def test_variables_and_the_operation_s_name_go_with_a_hash() -> None:
    service = Service()
    text = "query A { a: __typename } query B($no: Boolean!) { b: __typename @skip(if: $no) }"
    body = {"query": text, "operationName": "A", "extensions": persisted(text)}
    assert (await service.post_json(body)).data == {"a": "Query"}
    body = {"operationName": "B", "variables": {"no": False}, "extensions": persisted(text)}
    assert (await service.post_json(body)).data == {"b": "Query"}


async def test_a_hash_of_another_text_is_refused_and_nothing_is_kept() -> None:
    service = Service()
    body = {"query": "{ me { id } }", "extensions": persisted(TINY)}
    assert (await service.post_json(body)).codes == ["PERSISTED_QUERY_HASH_MISMATCH"]
    for text in (TINY, "{ me { id } }"):
        response = await service.post_json({"extensions": persisted(text)})
        assert response.codes == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_another_version_makes_the_client_send_texts() -> None:
    response = await Service().post_json({"extensions": persisted(TINY, version=2)})
    assert response.codes == ["PERSISTED_QUERY_NOT_SUPPORTED"]
    [error] = response.json["errors"]
    assert error["message"] == "PersistedQueryNotSupported"
    assert error["extensions"]["details"] == {"version": 1}


@pytest.mark.parametrize(
    "extension", ["x", [1], {"version": 1}, {"sha256Hash": "a"}, {"version": 1, "sha256Hash": 1}]
)
async def test_an_extension_of_another_shape_is_400(extension: Any) -> None:
    body = {"query": TINY, "extensions": {"persistedQuery": extension}}
    response = await Service().post_json(body)
    assert (response.status, response.codes) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize("body", [{}, {"query": None}, {"extensions": {"persistedQuery": None}}])
async def test_a_request_without_any_document_is_400(body: dict[str, Any]) -> None:
    response = await Service().post_json(body)
    assert (response.status, response.codes) == (400, ["BAD_REQUEST"])


async def test_only_a_document_that_can_be_planned_is_kept() -> None:
    service = Service()
    wrong = "{ nothing }"
    assert (await register(service, wrong)).codes == ["GRAPHQL_VALIDATION_FAILED"]
    body = {"extensions": persisted(wrong)}
    assert (await service.post_json(body)).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert service.operations.statistics()["persisted"] == 0


@pytest.mark.parametrize("prefix", ["sha256:", ""])
async def test_a_known_hash_may_be_given_as_document_id(prefix: str) -> None:
    service = Service()
    body = {"documentId": prefix + hash_of(TINY)}
    assert (await service.post_json(body)).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert (await service.post_json({**body, "query": TINY})).data == {"__typename": "Query"}
    assert (await service.post_json(body)).data == {"__typename": "Query"}
    assert (await service.get(documentId=body["documentId"])).data == {"__typename": "Query"}


@pytest.mark.parametrize("document_id", ["Tiny", "md5:abc", "sha256:", ""])
async def test_an_id_that_is_no_known_hash_is_not_found(document_id: str) -> None:
    service = Service()
    await register(service, TINY)
    response = await service.post_json({"documentId": document_id})
    assert response.codes == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_the_documents_that_were_not_asked_for_for_longest_are_forgotten() -> None:
    service = Service(limits=Limits(persisted=2))
    first, second, third = (f"query Q{n} {{ __typename }}" for n in range(3))
    await register(service, first)
    await register(service, second)
    await service.post_json({"extensions": persisted(first)})
    await register(service, third)
    for text, known in ((first, True), (second, False), (third, True)):
        response = await service.post_json({"extensions": persisted(text)})
        assert (response.codes == []) is known
    assert service.operations.statistics()["persisted"] == 2


async def test_the_bytes_of_all_kept_documents_are_bounded() -> None:
    documents = [f"query Q{n} {{ __typename }} # {'é' * 1_000}" for n in range(5)]
    size = sys.getsizeof(documents[0])
    service = Service(limits=Limits(persisted_bytes=2 * size))
    for document in (*documents, documents[-1]):
        await register(service, document)
    statistics = service.operations.statistics()
    assert (statistics["persisted"], statistics["persisted_bytes"]) == (2, 2 * size)
