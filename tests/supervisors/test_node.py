"""A whole node in this process, on the test engines: its school, its operators, its order."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import httpx
import pytest
import trio
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from gateway.operators.catalogue import CATALOGUE, HISTOGRAMS
from protocol.envelope import Address
from protocol.exception_groups import leaves
from protocol.ports import Beat
from storage.asyncio_thread import open_asyncio_thread
from storage.journal.heartbeats import PostgresHeartbeats
from storage.node_lock import LOCK, HeldElsewhere
from storage.postgres import Database
from supervisors import tree
from supervisors.clock import wall_ms
from supervisors.demo.school import EDUCATOR, PASSWORD, STUDENTS, load_school
from supervisors.node import Node
from supervisors.operations import NodeOperations
from supervisors.outage import Outage
from supervisors.settings import Settings
from supervisors.tree import make_backstage, make_tree, run_node
from supervisors.version import build
from supervisors.wall_time import UnixTime

HOUR = 3_600_000
LOSE = "select pg_terminate_backend(pid) from pg_locks where objid = $1 and granted"
TAKE_OVER = "select pg_advisory_lock($1::bigint)"
FORGET = "delete from users where email like $1"
"""As if the first load had been interrupted among the students."""


def labels(family: Metric, name: str) -> set[str]:
    """The values of a label that were observed."""
    return {each.labels[name] for each in family.samples}


def settings_for(tmp_path: Path, database_url: str, valkey_url: str) -> Settings:
    return Settings(
        port=0,
        operators_port=0,
        data_dir=tmp_path,
        database_url=database_url,
        redis_url=valkey_url,
        drain_seconds=5,
        max_connections_per_address=321,
    )


async def test_a_node_serves_its_school_shows_itself_and_stops_whatever_the_wall_clock_says(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    await beat_an_hour_ahead(database_url)
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    lines: list[str] = []
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            school = await load_school(node.directory, node.database, lines.append)
            await node.database.run(lambda c: c.execute(FORGET, "student0_@demo.stoa"))
            again = await load_school(node.directory, node.database, lines.append)
            assert again == school
            await look_at(node, school.live_quiz_id)
            nursery.cancel_scope.cancel()

        await run_node(node, ready)
    assert lines[-1] == f"enrolling students {STUDENTS}/{STUDENTS}"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    states = {child.id: child.state for child in node.root.statistics()}
    assert "running" not in states.values()


async def beat_an_hour_ahead(database_url: str) -> None:
    """As if the wall clock had been set back by an hour since the node was killed."""
    system = UnixTime()
    at = system.wall_ms() + HOUR
    async with open_asyncio_thread() as thread:
        database = await Database.open(thread, database_url, max_size=1)
        beat = Beat(at=at, boot_id=system.boot_id, boot_ms=system.boot_ms())
        await PostgresHeartbeats(database).beat("node-1", beat)
        await database.close()


async def look_at(node: Node, live_quiz_id: str) -> None:
    operations = NodeOperations(node)
    assert abs(node.clock.now() - wall_ms() - HOUR) < 1_000
    assert set((await operations.readiness()).values()) == {"ok"}
    operators, platform = operations.tree()["children"]
    assert (operators["id"], operators["state"]) == ("operators", "running")
    actors = next(c for c in platform["children"] if c["id"] == "actors")
    games = next(kind for kind in actors["children"] if kind["id"] == "live_quiz")
    assert [game["id"] for game in games["children"]] == [live_quiz_id]
    assert operations.actors(kind="live_quiz", limit=10)[0]["key"] == live_quiz_id
    assert [a["kind"] for a in operations.actors(kind="room", limit=10)] == ["room"]
    assert operations.dead_letters() == []
    assert node.front.services.limits.connections_per_address == 321
    counters = operations.counters()
    appends = counters["journal"]["appends"]
    assert isinstance(appends, float)
    assert appends > 0
    for part, numbers in counters.items():
        assert set(numbers) <= set(CATALOGUE[part]), part
    assert set(counters) == set(CATALOGUE)
    # An alert does not see the rise of a number that was not there before it rose.
    for part, name in (("jobs", "died"), ("stalls", "seconds"), ("actors", "restarts")):
        labelled = counters[part][name]
        assert not isinstance(labelled, float)
        assert len(labelled) >= 3, (part, labelled)
    assert await operations.restart(Address("live_quiz", live_quiz_id))
    assert not await operations.passivate(Address("live_quiz", "unknown"))
    async with httpx.AsyncClient(base_url=node.base_url) as client:
        answer = await client.post(
            "/graphql",
            json={
                "query": "mutation($e: String!, $p: String!) { login(email: $e, password: $p) "
                "{ user { role profile { fullName } } } }",
                "variables": {"e": EDUCATOR, "p": PASSWORD},
            },
        )
        assert answer.json()["data"]["login"]["user"]["role"] == "EDUCATOR"
        page = await client.get("/host")
        assert page.headers["content-type"].startswith("text/html")
    async with httpx.AsyncClient(base_url=node.operators_url) as client:
        assert (await client.get("/readyz")).json()["status"] == "ok"
        text = (await client.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert "stoa_actors_live" in families
    assert {f"stoa_{name}_seconds" for name in HISTOGRAMS} <= set(families)
    assert {"graphql", "site"} <= labels(families["stoa_http_request_seconds"], "route")
    # Whoever may send any document may call it as they like.
    assert labels(families["stoa_graphql_operation_seconds"], "operation") == {"other"}
    assert families["stoa_commit_seconds"].samples
    assert families["stoa_loop_turn_seconds"].samples
    assert families["stoa_build_info"].samples[0].labels["version"] == build().version
    assert families["process_resident_memory_bytes"].samples[0].value > 0
    kinds = await node.database.run(
        lambda c: c.fetch("select distinct event_type from analytics_events")
    )
    assert {"courses.course_published", "users.user_registered"} <= {row[0] for row in kinds}


async def test_a_second_node_on_one_database_refuses_to_start_and_a_superseded_one_stops(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    first = Node(settings_for(tmp_path, database_url, valkey_url))

    async def ready() -> None:
        second = Node(settings_for(tmp_path, database_url, valkey_url))
        with pytest.raises(BaseExceptionGroup) as caught:
            await run_node(second, trio.lowlevel.checkpoint)
        [refusal] = set(map(str, leaves(caught.value)))
        assert refusal.startswith("another node works on this database: node-1 (process ")
        assert not hasattr(second, "database")
        assert set((await NodeOperations(first).readiness()).values()) == {"ok"}
        demo = make_backstage(Node(settings_for(tmp_path, database_url, valkey_url)))
        async with trio.open_nursery() as nursery:
            await nursery.start(demo.run)
            nursery.cancel_scope.cancel()
        other = await first.database.companion()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(other.run, lambda c: c.execute(TAKE_OVER, LOCK))
            await first.database.run(lambda c: c.execute(LOSE, LOCK))
            await trio.sleep_forever()

    with trio.fail_after(60), pytest.raises(BaseExceptionGroup) as caught:
        await run_node(first, ready)
    assert {type(error) for error in leaves(caught.value)} == {HeldElsewhere}
    assert "running" not in {child.state for child in first.root.statistics()}


async def test_an_outage_ends_with_the_front_however_long_it_takes_until_all_are_back(
    tmp_path: Path, database_url: str, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    done, beats = list[str](), trio.Event()

    def over(_: Outage) -> None:
        assert node.base_url.startswith("http")
        done.append("the outage is over")

    async def bring(*_: object) -> None:
        done.append("all are back")

    async def beat(*_: object, **__: object) -> None:
        done.append("it beats")
        beats.set()
        await trio.sleep_forever()

    monkeypatch.setattr(Outage, "over", over)
    monkeypatch.setattr(tree, "bring_back", bring)
    monkeypatch.setattr(tree, "run_heartbeat", beat)
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            await beats.wait()
            nursery.cancel_scope.cancel()

        await run_node(node, ready)
    assert done == ["the outage is over", "all are back", "it beats"]


async def test_operators_see_a_platform_that_is_not_up_yet(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    node.root = make_tree(node)
    operations = NodeOperations(node)
    assert operations.tree()["state"] == "degraded"
    assert operations.counters().keys() == {
        "clock",
        "fanout",
        "log",
        "loop",
        "passwords",
        "rights",
        "stalls",
        "trio",
    }
    assert operations.actors(kind=None, limit=5) == operations.dead_letters() == []
    readiness = await operations.readiness()
    assert readiness["front"] == "waiting"
    assert readiness["postgresql answers"] == "not connected yet"
    assert not await operations.restart(Address("room", "x"))


async def test_a_backstage_has_actors_but_no_front(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    root = make_backstage(node)
    async with trio.open_nursery() as nursery:
        await nursery.start(root.run)
        assert [child.id for child in root.statistics()] == [
            "engines",
            "asyncio thread",
            "storage",
            "signer",
            "signals",
            "objects",
            "journal",
            "actors",
        ]
        nursery.cancel_scope.cancel()
    assert not hasattr(node, "front")


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    async def secret() -> bytes:
        return Node(Settings(data_dir=tmp_path)).secret

    first = trio.run(secret)
    assert len(first) >= 48
    assert trio.run(secret) == first


@pytest.mark.parametrize("configured", ["x" * 40])
def test_a_configured_secret_wins(tmp_path: Path, configured: str) -> None:
    async def secret() -> bytes:
        return Node(Settings(data_dir=tmp_path, secret=configured)).secret

    assert trio.run(secret) == configured.encode()
    assert not (tmp_path / "secret").exists()


async def test_the_data_folder_is_for_nobody_else(tmp_path: Path) -> None:
    for folder in (tmp_path / "new", tmp_path / "known"):
        (tmp_path / "known").mkdir(mode=0o755, exist_ok=True)
        assert Node(Settings(data_dir=folder)).secret
        assert stat.S_IMODE(folder.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
        assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
