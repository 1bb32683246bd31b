"""Trusted documents: only what is registered is executed, whatever the way it is asked for."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.graphql.documents.documents import Documents
from gateway.graphql.documents.manifest import ManifestError, read_manifest
from gateway.graphql.documents.trusted import TrustedDocuments, documents_of_pages
from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters
from gateway.graphql.schema import make_schema
from gateway.site_assets import WEB
from tests.gateway.graphql.harness import Service

GRAPHQL = {b"accept": b"application/graphql-response+json"}
TINY = "query Tiny { __typename }"
OTHER = "query Tiny { again: __typename }"
HASH = sha256(TINY.encode()).hexdigest()
DOCUMENTS = Documents(make_schema(), Limits())


def service() -> Service:
    return Service(trusted=TrustedDocuments({"tiny-1": TINY}))


def apq(name: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": name}}}


@pytest.mark.parametrize(
    "body",
    [
        {"query": TINY},
        {"documentId": f"sha256:{HASH}"},
        {"documentId": HASH},
        {"documentId": "tiny-1"},
        {"documentId": "tiny-1", "query": TINY},
        apq(HASH),
        apq("tiny-1"),
        {"query": TINY, **apq(HASH)},
    ],
)
async def test_a_registered_document_is_executed_by_id_hash_or_text(body: dict[str, Any]) -> None:
    assert (await service().post_json(body)).data == {"__typename": "Query"}


@pytest.mark.parametrize(
    "body",
    [
        {"query": OTHER},
        {"query": TINY + " "},
        {"query": "{ __schema { types { name } } }"},
        {"query": "{"},
        {"documentId": "tiny-2"},
        {"documentId": "sha256:tiny-1"},
        {"documentId": "tiny-1", "query": OTHER},
        {"documentId": "tiny-2", "query": TINY},
        apq("0" * 64),
        {"query": OTHER, **apq(sha256(OTHER.encode()).hexdigest())},
        {"query": OTHER, **apq(HASH)},
    ],
)
async def test_whatever_is_not_registered_is_refused(body: dict[str, Any]) -> None:
    refusing = service()
    for _ in range(2):  # and it is not learned either
        response = await refusing.post_json(body)
        assert response.codes == ["DOCUMENT_NOT_TRUSTED"]
    assert (await refusing.post_json(body, GRAPHQL)).status == 403
    assert refusing.operations.statistics() == {
        "entries": 0,
        "hits": 0,
        "misses": 0,
        "persisted": 1,
    }


async def test_where_nothing_is_registered_nothing_is_executed() -> None:
    response = await Service(trusted=TrustedDocuments({})).post_json({"query": TINY})
    assert response.codes == ["DOCUMENT_NOT_TRUSTED"]


async def test_a_request_without_any_document_is_400_here_too() -> None:
    response = await service().post_json({})
    assert (response.status, response.codes) == (400, ["BAD_REQUEST"])


async def test_a_transport_of_another_kind_plans_registered_documents_only() -> None:
    operations = service().operations
    assert operations.plan_nowait(Parameters(TINY)) is not None
    with pytest.raises(RequestError) as refused:
        operations.plan_nowait(Parameters(OTHER))
    assert refused.value.errors[0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


def test_every_document_of_the_pages_is_found_and_valid() -> None:
    found = documents_of_pages()
    declared = sum(file.read_text().count("export const") for file in WEB.rglob("documents.js"))
    assert len(found) == declared > 5
    for text in found:
        DOCUMENTS.check(text)


def test_the_pages_send_no_document_that_stands_elsewhere() -> None:
    for script in WEB.rglob("*.js"):
        if script.name != "documents.js" and "vendor" not in script.parts:
            for written in ("query {", "query (", "mutation {", "query(`", 'query("'):
                assert written not in script.read_text(), script.name


def write(path: Path, content: Any) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else msgspec.json.encode(content))
    return path


def problems(path: Path, documents: Documents = DOCUMENTS) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_manifest(path, documents)
    return caught.value.problems


@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_a_manifest_of_texts_by_their_hash_is_read(tmp_path: Path, prefix: str) -> None:
    path = write(tmp_path / "manifest.json", {prefix + HASH: TINY})
    assert read_manifest(path, DOCUMENTS) == {HASH: TINY}


def apollo(*operations: Any) -> dict[str, Any]:
    return {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": list(operations),
    }


def test_a_manifest_of_apollo_is_read(tmp_path: Path) -> None:
    entry = {"id": "tiny-1", "body": TINY, "name": "Tiny", "type": "query"}
    path = write(tmp_path / "manifest.json", apollo(entry, entry))
    assert read_manifest(path, DOCUMENTS) == {"tiny-1": TINY}


def test_every_mistake_of_a_manifest_of_texts_is_one_line(tmp_path: Path) -> None:
    wrong = "{\n nothing }"
    digest = sha256(wrong.encode()).hexdigest()
    path = write(tmp_path / "m.json", {HASH: OTHER, "tiny": TINY, "x": 1, digest: wrong})
    assert problems(path) == [
        f"'{HASH}': the document's SHA-256 is {sha256(OTHER.encode()).hexdigest()}",
        "'tiny': expected a SHA-256 in hexadecimal and lower case",
        "'x': expected the text of a document",
        f"'{digest}': Cannot query field 'nothing' on type 'Query'. (line 2)",
    ]


def test_every_mistake_of_a_manifest_of_apollo_is_one_line(tmp_path: Path) -> None:
    entries = [
        {"id": "1", "body": "{ me }", "name": "Me"},
        {"id": "2"},
        {"id": "3", "body": TINY},
        {"id": "3", "body": OTHER},
        {"id": "4", "body": "{"},
    ]
    found = problems(write(tmp_path / "m.json", apollo(*entries)))
    assert [line.partition(":")[0] for line in found] == [
        "operations[1]",
        "operations[0] 'Me'",
        "operations[3]",
        "operations[4]",
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"{", "is not JSON"),
        (b"[]", "expected an object"),
        (b"{}", "holds no document"),
        ({"format": "other", "version": 1}, "expected the format"),
        ({**apollo(), "version": 2}, "expected the format"),
        ({**apollo(), "operations": {}}, "operations: expected a list"),
        (apollo(), "holds no document"),
    ],
)
def test_a_file_that_is_no_manifest_is_one_line(tmp_path: Path, content: Any, line: str) -> None:
    [found] = problems(write(tmp_path / "m.json", content))
    assert line in found


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    [line] = problems(tmp_path / "missing.json")
    assert line == f"cannot read {tmp_path / 'missing.json'}: No such file or directory"


def test_a_document_that_asks_for_the_schema_is_named_where_introspection_is_off(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path / "m.json", apollo({"id": "s", "body": "{ __schema { queryType { name } } }"})
    )
    assert list(read_manifest(path, DOCUMENTS)) == ["s"]
    [line] = problems(path, Documents(make_schema(), Limits(), introspection=False))
    assert line.startswith("operations[0]: GraphQL introspection")
