"""Reads a manifest of trusted documents, and names every mistake in it.

Either form will do: an object of texts by their SHA-256, or Apollo's persisted-query manifest
(`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body"}, …]}`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gateway.graphql.documents.documents import Documents
from gateway.graphql.documents.persisted import PREFIX
from gateway.graphql.errors import RequestError

APOLLO = "apollo-persisted-query-manifest"
VERSION = 1
MAX_BYTES = 64 * 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


class ManifestError(ValueError):
    """The manifest cannot be used. `problems` has a line for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Operation(msgspec.Struct):
    """One entry of Apollo's form; its other members repeat what the body says."""

    id: str
    body: str
    name: str = ""


class _Entry(NamedTuple):
    place: str
    name: str
    text: str


def read_manifest(path: Path, documents: Documents) -> dict[str, str]:
    """The texts by their names, all of them valid. Raises `ManifestError`."""
    found = _decode(path)
    problems: list[str] = []
    entries = list(_operations(found, problems) if "format" in found else _texts(found, problems))
    texts: dict[str, str] = {}
    for entry in entries:
        if texts.setdefault(entry.name, entry.text) != entry.text:
            problems.append(f"{entry.place}: its id stands for another document already")
        elif (problem := _invalid(entry.text, documents)) is not None:
            problems.append(f"{entry.place}: {problem}")
    if not entries and not problems:
        problems.append("holds no document")
    if problems:
        raise ManifestError(problems)
    return texts


def _decode(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ManifestError([f"cannot read {path}: {error.strerror}"]) from error
    if len(content) > MAX_BYTES:
        raise ManifestError([f"{path} is longer than {MAX_BYTES} bytes"])
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError([f"{path} is not JSON: {error}"]) from error
    if not isinstance(found, dict):
        raise ManifestError([f"{path}: expected an object of documents by their SHA-256"])
    return found


def _texts(found: dict[str, Any], problems: list[str]) -> Iterator[_Entry]:
    """The entries of the plain form; anything else becomes a problem."""
    for name, text in found.items():
        digest = name.removeprefix(PREFIX)
        if not isinstance(text, str):
            problems.append(f"{name!r}: expected the text of a document")
        elif not SHA256.fullmatch(digest):
            problems.append(f"{name!r}: expected a SHA-256 in hexadecimal and lower case")
        elif digest != (right := sha256(text.encode()).hexdigest()):
            problems.append(f"{name!r}: the document's SHA-256 is {right}")
        else:
            yield _Entry(repr(name), digest, text)


def _operations(found: dict[str, Any], problems: list[str]) -> Iterator[_Entry]:
    """The entries of Apollo's form; anything else becomes a problem."""
    operations = found.get("operations")
    if found["format"] != APOLLO or found.get("version") != VERSION:
        problems.append(f"expected the format {APOLLO!r} in version {VERSION}")
    elif not isinstance(operations, list):
        problems.append("operations: expected a list")
    else:
        for index, each in enumerate(operations):
            try:
                entry = msgspec.convert(each, Operation)
            except msgspec.ValidationError as error:
                problems.append(f"operations[{index}]: {error}")
            else:
                name = f" {entry.name!r}" if entry.name else ""
                yield _Entry(f"operations[{index}]{name}", entry.id, entry.body)


def _invalid(text: str, documents: Documents) -> str | None:
    """The first mistake in a document, None if it is valid."""
    try:
        documents.check(text)
    except RequestError as refusal:
        first = refusal.errors[0]
        at = "".join(f" (line {each['line']})" for each in first.get("locations", ())[:1])
        return f"{first['message']}{at}"
    return None
