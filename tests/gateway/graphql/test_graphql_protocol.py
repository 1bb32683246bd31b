"""What PROTOCOL.md says of GraphQL's limits and codes is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gateway
from gateway.graphql.limits import Limits

FOLDER = Path(gateway.__file__).parent
MANUAL = (FOLDER / "PROTOCOL.md").read_text()
LIMITS = MANUAL.partition("### Limits")[2].partition("### Cost")[0]
RAISED = re.compile(r'RequestError\.\w+\(\s*(?:\d{3},\s*)?"([A-Z_]+)"')


@pytest.mark.parametrize(
    "names",
    [
        ["document_bytes"],
        ["operations", "selections"],
        ["visits", "nesting"],
        ["depth", "aliases", "root_fields", "fields"],
        ["cost"],
        ["batch"],
    ],
)
def test_the_table_of_limits_is_right(names: list[str]) -> None:
    named = ", ".join(f"`{name}`" for name in names)
    bounds = ", ".join(f"{getattr(Limits(), name):,}" for name in names)
    assert f"| {named} | {bounds} |" in LIMITS


def test_the_bounds_without_a_name_are_right() -> None:
    limits = Limits()
    assert f"at most {limits.tokens:,} tokens" in LIMITS
    assert f"at most {limits.page} rows" in LIMITS
    assert f"{limits.persisted:,} documents and {limits.persisted_bytes >> 20} MiB" in MANUAL
    assert f"an array of 1 to {limits.batch} requests" in MANUAL


def test_every_code_of_a_request_that_is_not_executed_is_described() -> None:
    sources = [path.read_text() for path in (FOLDER / "graphql").glob("*.py")]
    raised = {code for source in sources for code in RAISED.findall(source)}
    assert {"DOCUMENT_NOT_TRUSTED", "PERSISTED_QUERY_NOT_FOUND", "BAD_REQUEST"} < raised
    assert {code for code in raised if f"`{code}`" not in MANUAL} == set()
