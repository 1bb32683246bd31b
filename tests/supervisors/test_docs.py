"""The documents that are made of the code: never stale, and true of what the code publishes."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.asyncapi import CLOSE_CODES, document
from gateway.realtime.contract import SERVER_EVENTS
from supervisors.docs import documents

ROOT = Path(__file__).parent.parent.parent
EVENT = re.compile(r"(attempt|live|quiz|room|session)\.[a-z_]+")
SPEAKING = ("Publish", "publish", "emit", "_to_all", "_to_player", "append", "batch", "Batched")


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_committed_document_is_what_the_code_says(path: Path) -> None:
    assert path.read_text() == documents()[path], "run `make docs`"


def spoken(path: Path) -> set[str]:
    """Names of events that are arguments, or in a tuple that is one, of what tells clients."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            function = node.func
            called = getattr(function, "attr", None) or getattr(function, "id", "")
            if called in SPEAKING:
                constants = [each for arg in node.args for each in ast.walk(arg)]
                names |= {
                    each.value
                    for each in constants
                    if isinstance(each, ast.Constant)
                    and isinstance(each.value, str)
                    and EVENT.fullmatch(each.value)
                }
    return names


def test_the_contract_names_every_event_that_the_code_publishes_and_no_other() -> None:
    sources = [*(ROOT / "actors").rglob("*.py"), *(ROOT / "gateway" / "realtime").rglob("*.py")]
    published = set().union(*map(spoken, sources))
    assert published == set(SERVER_EVENTS)


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(refs, value.values()))
    return set().union(*map(refs, value)) if isinstance(value, list) else set()


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    whole = json.loads(json.dumps(document()))
    found = refs(whole)
    assert len(found) > 50
    for ref in found:
        at: Any = whole
        for step in ref.removeprefix("#/").split("/"):
            at = at[step]
        assert at


def test_the_realtime_manual_names_every_event_and_close_code() -> None:
    text = (ROOT / "docs" / "client-protocols" / "realtime.md").read_text()
    operations = document()["operations"]
    assert [name for name in operations if f"`{name}`" not in text] == []
    assert [code for code in CLOSE_CODES if str(code) not in text] == []
