"""`stoa serve` as a person meets it: first start, stop, start again, and what can be wrong."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from supervisors.simulation.host import Host
from tests.support.server import EDUCATOR, PASSWORD, StoaServer, free_port

pytestmark = pytest.mark.heavy


def serve_and_fail(tmp_path: Path, **environ: str) -> tuple[int, list[str]]:
    """Exit status and lines of a `stoa serve` that cannot start."""
    clean = {name: v for name, v in os.environ.items() if not name.startswith("STOA_")}
    done = subprocess.run(
        [sys.executable, "-m", "supervisors.cli", "serve"],
        env=clean | {"STOA_DATA_DIR": str(tmp_path / "data")} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.strip().splitlines()


def pin(server: StoaServer) -> str:
    """The PIN it printed last."""
    found = re.findall(r"PIN (\d{6})", server.log.read_text())
    assert found
    return str(found[-1])


def test_it_stops_in_order_and_finds_everything_again(tmp_path: Path) -> None:
    server = StoaServer(tmp_path / "data")
    server.start("--demo")
    first = pin(server)
    assert server.stop() == 0
    said = server.log.read_text()
    life = ("node.starting", "migrations.applied", "node.ready", "node.stopping", "node.stopped")
    places = [said.index(event) for event in life]
    assert places == sorted(places)
    assert '"signal": "SIGTERM"' in said
    server.start("--demo")
    try:
        assert pin(server) == first
        running = asyncio.run(begin_a_game(server))
        assert running != first
        assert server.stop() == 0
        server.start("--demo")
        assert pin(server) == running  # of the game that people are in
        assert "Traceback" not in server.log.read_text()
    finally:
        assert server.stop() == 0


async def begin_a_game(server: StoaServer) -> str:
    """A second game of the school's quiz, with its first question open; the PIN."""
    host = Host(server.url, EDUCATOR, PASSWORD)
    await host.sign_in()
    await host.open_lobby(await host.find_quiz(), {"questionMs": 600_000})
    await host.command("start")
    await host.close()
    return host.pin


def test_operators_see_tree_metrics_and_health(server: StoaServer) -> None:
    assert server.operators("/healthz") == {"status": "ok"}
    assert server.operators("/readyz")["parts"]["postgresql answers"] == "ok"
    operators, platform = server.operators("/tree")["children"]
    assert operators["id"] == "operators"
    children = [child["id"] for child in platform["children"]]
    assert children[:3] == ["log summaries", "loop monitor", "engines"]
    assert {"storage", "journal", "actors", "front"} <= set(children)
    assert {child["state"] for child in platform["children"]} == {"running"}
    kinds = {actor["kind"] for actor in server.operators("/actors")}
    assert "live_quiz" in kinds
    with urllib.request.urlopen(server.operators_url + "/metrics") as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    names = {family.name for family in families}
    assert {"stoa_actors_live", "stoa_journal_events", "stoa_front_connections"} <= names


def test_operators_refuse_a_foreign_host_name_and_actions_without_the_header(
    server: StoaServer,
) -> None:
    foreign = urllib.request.Request(server.operators_url + "/tree", headers={"Host": "evil.test"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(foreign)
    action = urllib.request.Request(
        server.operators_url + "/actors/live_quiz/x/restart", method="POST"
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(action)


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, lines = serve_and_fail(tmp_path, STOA_PORT=port)
    assert status == 2
    assert len(lines) == 1
    assert "port is in use" in lines[0]
    assert "STOA_PORT" in lines[0]


def test_an_unreachable_database_is_one_line(tmp_path: Path) -> None:
    url = f"postgresql://stoa:geheim@127.0.0.1:{free_port()}/stoa"
    status, lines = serve_and_fail(tmp_path, STOA_DATABASE_URL=url)
    assert status == 1  # nothing has to be corrected: a service manager tries again
    assert len(lines) == 1
    assert "cannot be reached" in lines[0]
    assert "geheim" not in lines[0]


def test_every_wrong_setting_has_a_line(tmp_path: Path) -> None:
    status, lines = serve_and_fail(tmp_path, STOA_PORT="many", STOA_MOOD="good")
    assert status == 2
    assert [line.split(":")[1].strip() for line in lines] == ["STOA_MOOD", "STOA_PORT"]


def test_production_refuses_to_start_without_its_secrets(tmp_path: Path) -> None:
    status, lines = serve_and_fail(tmp_path, STOA_MODE="production")
    assert status == 2
    assert any("STOA_SECRET" in line for line in lines)
    assert any("STOA_PUBLIC_URL" in line for line in lines)


def test_a_second_server_on_the_same_data_is_refused_in_one_line(server: StoaServer) -> None:
    environ = {
        "STOA_DATA_DIR": str(server.data_dir),
        "STOA_PORT": str(free_port()),
        "STOA_OPERATORS_PORT": str(free_port()),
    }
    status, lines = serve_and_fail(server.data_dir, **environ)
    assert status == 2
    assert len(lines) == 1
    assert "another running server" in lines[0]
