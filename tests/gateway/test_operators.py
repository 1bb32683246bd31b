"""The operators' port: what it shows, and whom it refuses."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import trio
from prometheus_client.parser import text_string_to_metric_families
from quart_trio import QuartTrio
from structlog.testing import capture_logs

import supervisors
from gateway.operators.app import create_operators_app
from gateway.operators.catalogue import CATALOGUE, HISTOGRAMS
from protocol.distributions import Distribution, Distributions, Shown
from protocol.envelope import Address
from protocol.jobs import JobState


class FakeOperations:
    """One actor in memory, everything else made up."""

    def __init__(self) -> None:
        self.done: list[tuple[str, Address]] = []
        self.jobs_done: list[tuple[str, int]] = []
        self.parts = {"storage": "ok"}

    def tree(self) -> dict[str, Any]:
        return {"id": "stoa", "state": "running", "children": []}

    def actors(self, *, kind: str | None, limit: int) -> list[dict[str, Any]]:
        return [{"kind": kind or "room", "limit": limit}]

    def dead_letters(self) -> list[dict[str, Any]]:
        return []

    def counters(self) -> dict[str, Any]:
        refusals = {"too large": 3, "slow": 1}
        return {"front": {"requests": 7, "connections": 2, "refusals": refusals}}

    def histograms(self) -> dict[str, dict[str, Shown]]:
        by_event = Distributions(["live.answer"])
        for seconds in (0.0005, 0.001, 0.3, 60.0):
            by_event.of("live.answer").observe(seconds)
        turns = Distribution()
        turns.observe(0.25)
        return {"realtime_event": {**by_event.shown()}, "loop_turn": {"": turns.shown()}}

    def build(self) -> dict[str, str]:
        return {"version": "1.2.3", "python": "3.11.7"}

    async def readiness(self) -> dict[str, str]:
        return self.parts

    async def jobs(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> list[dict[str, Any]]:
        return [{"state": state, "kind": kind, "limit": limit}]

    async def retry_job(self, job_id: int) -> bool:
        self.jobs_done.append(("retry", job_id))
        return job_id == 1

    async def cancel_job(self, job_id: int) -> bool:
        self.jobs_done.append(("cancel", job_id))
        return job_id == 1

    def unreadable(self) -> list[dict[str, Any]]:
        return [{"kind": "room", "key": "r"}]

    async def history(self, address: Address) -> list[dict[str, Any]]:
        return [{"version": 1}, {"version": 2, "unreadable": "cut off"}]

    async def retry_history(self, address: Address) -> dict[str, Any]:
        self.done.append(("retry", address))
        return {"readable": 1, "version": 2, "reason": "cut off"}

    async def set_aside(self, address: Address, version: int) -> dict[str, Any]:
        self.done.append((f"set aside {version}", address))
        return {"readable": 1, "version": None, "reason": None}

    async def discard_history(self, address: Address) -> dict[str, Any]:
        self.done.append(("discard", address))
        return {"set_aside": 1}

    async def passivate(self, address: Address) -> bool:
        self.done.append(("passivate", address))
        return address.key == "known"

    async def restart(self, address: Address) -> bool:
        self.done.append(("restart", address))
        return address.key == "known"


def app_for(operations: FakeOperations, **options: Any) -> QuartTrio:
    return create_operators_app(operations, **options)


LOCAL = {"Host": "127.0.0.1:8001"}
ACT = LOCAL | {"X-Stoa-Operator": "1"}


async def test_views_answer_in_json() -> None:
    client = app_for(FakeOperations()).test_client()
    assert (await (await client.get("/tree", headers=LOCAL)).get_json())["id"] == "stoa"
    [actor] = await (await client.get("/actors?kind=room&limit=9999", headers=LOCAL)).get_json()
    assert actor == {"kind": "room", "limit": 500}
    assert await (await client.get("/dead-letters", headers=LOCAL)).get_json() == []
    assert await (await client.get("/healthz", headers=LOCAL)).get_json() == {"status": "ok"}


async def test_metrics_are_counters_and_gauges() -> None:
    client = app_for(FakeOperations()).test_client()
    text = await (await client.get("/metrics", headers=LOCAL)).get_data(as_text=True)
    assert "# TYPE stoa_front_requests_total counter" in text
    assert "stoa_front_connections 2.0" in text
    assert 'stoa_front_refusals_total{reason="too large"} 3.0' in text


async def test_histograms_the_process_and_the_build_are_metrics() -> None:
    client = app_for(FakeOperations()).test_client()
    text = await (await client.get("/metrics", headers=LOCAL)).get_data(as_text=True)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    events = families["stoa_realtime_event_seconds"]
    assert events.type == "histogram"
    buckets = {
        each.labels["le"]: each.value for each in events.samples if each.name.endswith("_bucket")
    }
    assert (buckets["0.001"], buckets["0.25"], buckets["0.5"], buckets["+Inf"]) == (2, 2, 3, 4)
    rest = {
        each.name.rsplit("_", 1)[1]: each.value
        for each in events.samples
        if "le" not in each.labels
    }
    assert rest == {"count": 4, "sum": pytest.approx(60.3015)}
    assert {each.labels["event"] for each in events.samples} == {"live.answer"}
    [build] = families["stoa_build_info"].samples
    assert (build.value, build.labels) == (1, {"version": "1.2.3", "python": "3.11.7"})
    for name in ("cpu_seconds", "resident_memory_bytes", "open_fds", "start_time_seconds"):
        [sample] = families[f"process_{name}"].samples
        assert sample.value > 0, name


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Prometheus' promtool")
async def test_prometheus_itself_finds_the_text_well_formed() -> None:
    client = app_for(FakeOperations()).test_client()
    text = await (await client.get("/metrics", headers=LOCAL)).get_data(as_text=True)
    with trio.fail_after(60):
        done = await trio.run_process(
            ["promtool", "check", "metrics"],
            stdin=text.encode(),
            capture_stdout=True,
            capture_stderr=True,
            check=False,
        )
    assert done.returncode in (0, 3), done.stderr  # 3: matters of taste, such as a name


def test_every_metric_is_explained_to_operators() -> None:
    manual = (Path(supervisors.__file__).parent.parent / "docs" / "operations.md").read_text()
    for part, numbers in CATALOGUE.items():
        for name, known in numbers.items():
            full = f"stoa_{part}_{name}" + ("_total" if known.counts else "")
            assert f"`{full}`" in manual, full
    for name in (*(f"stoa_{name}_seconds" for name in HISTOGRAMS), "stoa_build_info"):
        assert f"`{name}`" in manual, name


def test_alerts_are_about_metrics_that_there_are() -> None:
    rules = (Path(supervisors.__file__).parent.parent / "docs/deployment/alerts.yml").read_text()
    there = {
        f"stoa_{part}_{name}" + ("_total" if known.counts else "")
        for part, numbers in CATALOGUE.items()
        for name, known in numbers.items()
    }
    named = set(re.findall(r"\bstoa_\w+", rules))
    assert len(named) > 10
    assert named <= there, named - there


async def test_histories_are_shown_to_who_looks_and_changed_by_who_acts() -> None:
    operations = FakeOperations()
    client = app_for(operations).test_client()
    with capture_logs() as lines:
        await client.get("/unreadable", headers=LOCAL)
        await client.post("/actors/room/r/retry", headers=ACT)
        await client.post("/actors/room/r/retry", headers=LOCAL)
    assert [(each["event"], each["path"], each["status"]) for each in lines] == [
        ("operators.acted", "/actors/room/r/retry", 200),
        ("operators.acted", "/actors/room/r/retry", 403),
    ]
    operations.done.clear()
    assert len(await (await client.get("/unreadable", headers=LOCAL)).get_json()) == 1
    text = await (await client.get("/actors/room/r/history", headers=LOCAL)).get_data(as_text=True)
    assert [json.loads(line)["version"] for line in text.splitlines()] == [1, 2]
    for action in ("retry", "set-aside?version=2", "discard"):
        path = f"/actors/room/r/{action}"
        assert (await client.post(path, headers=LOCAL)).status_code == 403
        assert (await client.post(path, headers=ACT)).status_code == 200
    for wrong in ("", "?version=0", "?version=x", f"?version={2**63}"):
        answer = await client.post(f"/actors/room/r/set-aside{wrong}", headers=ACT)
        assert answer.status_code == 400
    room = Address("room", "r")
    assert operations.done == [("retry", room), ("set aside 2", room), ("discard", room)]


async def test_a_part_that_does_not_answer_makes_it_unready() -> None:
    operations = FakeOperations()
    operations.parts = {"storage": "ok", "redis answers": "no answer within 2 s"}
    answer = await app_for(operations).test_client().get("/readyz", headers=LOCAL)
    assert answer.status_code == 503
    assert (await answer.get_json())["parts"]["redis answers"] == "no answer within 2 s"


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8001", "127.0.0.1.evil.test"])
async def test_a_foreign_host_name_is_refused(host: str) -> None:
    answer = await app_for(FakeOperations()).test_client().get("/tree", headers={"Host": host})
    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["localhost", "[::1]:8001", "127.0.0.1"])
async def test_loopback_is_served(host: str) -> None:
    answer = await app_for(FakeOperations()).test_client().get("/tree", headers={"Host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["a" * 64, "a..b"])
async def test_a_host_that_is_no_name_is_refused(host: str) -> None:
    app = app_for(FakeOperations())
    answer = await app.test_client().get("/healthz", headers={"host": host})
    assert answer.status_code in (400, 403)


async def test_actions_need_the_header_and_reach_the_actor() -> None:
    operations = FakeOperations()
    client = app_for(operations).test_client()
    assert (await client.post("/actors/room/known/restart", headers=LOCAL)).status_code == 403
    assert operations.done == []
    assert (await client.post("/actors/room/known/restart", headers=ACT)).status_code == 200
    assert (await client.post("/actors/room/gone/passivate", headers=ACT)).status_code == 404
    assert operations.done == [
        ("restart", Address("room", "known")),
        ("passivate", Address("room", "gone")),
    ]


async def test_jobs_are_shown_by_state_and_kind() -> None:
    client = app_for(FakeOperations()).test_client()
    answer = await client.get("/jobs?state=dead&kind=mail&limit=9999", headers=LOCAL)
    assert await answer.get_json() == [{"state": "dead", "kind": "mail", "limit": 500}]
    answer = await client.get("/jobs?limit=0", headers=LOCAL)
    assert await answer.get_json() == [{"state": None, "kind": None, "limit": 1}]
    assert (await client.get("/jobs?state=done", headers=LOCAL)).status_code == 400


async def test_jobs_are_retried_and_cancelled_with_the_header() -> None:
    operations = FakeOperations()
    client = app_for(operations).test_client()
    assert (await client.post("/jobs/1/retry", headers=LOCAL)).status_code == 403
    for action in ("retry", "cancel"):
        assert (await client.post(f"/jobs/1/{action}", headers=ACT)).status_code == 200
        assert (await client.post(f"/jobs/2/{action}", headers=ACT)).status_code == 404
        assert (await client.post(f"/jobs/{2**63}/{action}", headers=ACT)).status_code == 404
    assert operations.jobs_done == [("retry", 1), ("retry", 2), ("cancel", 1), ("cancel", 2)]


@pytest.mark.parametrize("job_id", ["9" * 5_000, "-1", "1.5", "x", "%00", "1%00"])
async def test_ids_that_no_job_has_are_not_found(job_id: str) -> None:
    operations = FakeOperations()
    client = app_for(operations).test_client()
    for action in ("retry", "cancel"):
        answer = await client.post(f"/jobs/{job_id}/{action}", headers=ACT)
        assert answer.status_code == 404
    assert operations.jobs_done == []


async def test_a_kind_that_no_database_can_hold_is_refused() -> None:
    client = app_for(FakeOperations()).test_client()
    assert (await client.get("/jobs?kind=a%00b", headers=LOCAL)).status_code == 400


async def test_jobs_are_for_those_with_the_token() -> None:
    client = app_for(FakeOperations(), token="t0ken", hosts=frozenset({"*"})).test_client()
    assert (await client.get("/jobs")).status_code == 401
    for action in ("retry", "cancel"):
        answer = await client.post(f"/jobs/1/{action}", headers={"X-Stoa-Operator": "1"})
        assert answer.status_code == 401


async def test_operators_are_told_what_a_status_asks_for() -> None:
    client = app_for(FakeOperations(), token="t0ken", hosts=frozenset({"*"})).test_client()
    refused = await client.get("/tree")
    assert refused.headers["www-authenticate"] == 'Bearer realm="stoa"'
    refused = await client.get("/tree", headers={"Authorization": "Bearer wrong"})
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    given = {"Authorization": "Bearer t0ken", "X-Stoa-Operator": "1"}
    refused = await client.post("/tree", headers=given)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


async def test_a_configured_token_is_asked_for_except_by_health_checks() -> None:
    client = app_for(FakeOperations(), token="t0ken", hosts=frozenset({"*"})).test_client()
    assert (await client.get("/tree")).status_code == 401
    assert (await client.get("/tree", headers={"Authorization": "Bearer wrong"})).status_code == 401
    assert (await client.get("/tree", headers={"Authorization": "Bearer t0ken"})).status_code == 200
    assert (await client.get("/healthz")).status_code == 200


async def test_the_console_is_served_with_its_policy() -> None:
    client = app_for(FakeOperations()).test_client()
    page = await client.get("/", headers=LOCAL)
    assert "Supervision tree" in await page.get_data(as_text=True)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert (await client.get("/console/console.js", headers=LOCAL)).status_code == 200
    assert (await client.get("/console/../app.py", headers=LOCAL)).status_code == 404
    assert (await client.get("/console/app.py", headers=LOCAL)).status_code == 404


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nowhere", "get", 404, "NOT_FOUND"),
        ("/tree", "delete", 405, "BAD_REQUEST"),
        ("/actors/room/gone/restart", "post", 404, "NOT_FOUND"),
    ],
)
async def test_refusals_have_the_format_of_every_error(
    path: str, method: str, status: int, code: str
) -> None:
    client = app_for(FakeOperations()).test_client()
    answer = await getattr(client, method)(path, headers=ACT)
    assert answer.status_code == status
    body = await answer.get_json()
    assert (body["error"], body["code"]) == (True, code)
    assert body["requestId"] == answer.headers["X-Request-Id"]
    assert body["timestamp"].endswith("Z")
    assert isinstance(body["details"], dict)


async def test_a_bug_tells_nothing_and_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(FakeOperations):
        def tree(self) -> dict[str, Any]:
            raise RuntimeError("the inside of things")

    answer = await app_for(Broken()).test_client().get("/tree", headers=LOCAL)
    assert answer.status_code == 500
    assert "inside" not in await answer.get_data(as_text=True)
    assert "the inside of things" in capsys.readouterr().out
