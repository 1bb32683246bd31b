"""What client authors read of limits, codes and subscriptions is what the code does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import gateway
from gateway.front.limits import Limits as FrontLimits
from gateway.graphql.event_streams.server import EventStreams
from gateway.graphql.limits import Limits
from gateway.graphql.schema import FEEDS
from gateway.graphql.transport_ws import machine
from gateway.graphql.transport_ws.registry import COUNTED
from gateway.graphql.transport_ws.settings import Settings

FOLDER = Path(gateway.__file__).parent
MANUAL = (FOLDER.parent / "docs" / "client-protocols" / "graphql.md").read_text()
LIMITS = MANUAL.partition("### Limits")[2].partition("### Cost")[0]
RAISED = re.compile(r'RequestError\.\w+\(\s*(?:\d{3},\s*)?"([A-Z_]+)"')


@pytest.mark.parametrize(
    "names",
    [
        ["document_bytes"],
        ["lines"],
        ["operation_name"],
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
    assert f"{limits.persisted:,} valid documents and {limits.persisted_bytes >> 20} MiB" in MANUAL
    assert f"an array of 1 to {limits.batch} requests" in MANUAL


def test_every_code_of_a_request_that_is_not_executed_is_described() -> None:
    sources = [path.read_text() for path in (FOLDER / "graphql").rglob("*.py")]
    raised = {code for source in sources for code in RAISED.findall(source)}
    assert {"DOCUMENT_NOT_TRUSTED", "PERSISTED_QUERY_NOT_FOUND", "BAD_REQUEST"} < raised
    assert {code for code in raised if f"`{code}`" not in MANUAL} == set()


def section(title: str) -> str:
    return MANUAL.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_bounds_of_a_websocket_are_right() -> None:
    text, settings = section("GraphQL over WebSocket"), Settings()
    for told in (
        f"`connection_init` | {settings.init_seconds:.0f} s |",
        f"counts as gone | {settings.ping_seconds:.0f} s; {settings.pong_seconds:.0f} s |",
        f"operations of a socket | {settings.max_operations} (",
        f"sockets of a user | {settings.max_sockets_per_user} (",
        f"| {settings.messages_per_second:.0f} a second, {settings.messages_burst} ahead",
        f"4429 past {settings.max_refused_in_a_row} in a row",
        f"too slowly | {FrontLimits().outbox_bytes >> 20} MiB",
    ):
        assert told in text


def test_every_close_code_of_a_websocket_is_described() -> None:
    described = {
        int(code)
        for code in re.findall(r"^\| (\d{4}) \|", section("GraphQL over WebSocket"), re.MULTILINE)
    }
    ours = {value for name, value in vars(machine).items() if name.startswith("CLOSE_")}
    assert ours <= described <= COUNTED


def test_the_bounds_of_a_stream_are_right() -> None:
    text = section("GraphQL over SSE")
    defaults = inspect.signature(EventStreams).parameters
    assert f"every {defaults['beat_seconds'].default:.0f} seconds" in text
    assert f"may have {defaults['max_per_user'].default} streams" in text


def test_every_subscription_is_described_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)[(`]", section("Subscriptions"), re.MULTILINE)
    assert sorted(rows) == sorted(FEEDS)
    firsts = dict(re.findall(r"^\| `(\w+)[^|]*\|[^|]*\|[^|]*\| ([^|]*) \|", MANUAL, re.MULTILINE))
    assert {name for name, feed in FEEDS.items() if feed.initial is not None} == {
        name for name in FEEDS if firsts[name] != "nothing"
    }
