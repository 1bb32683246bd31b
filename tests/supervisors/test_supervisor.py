"""Supervisors: starting, falling, restarting, giving up and stopping in order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import structlog
import trio
import trio.testing

from supervisors.child import ChildSpec, Restart, Strategy
from supervisors.restarts import Backoff, RestartIntensity, SupervisorGaveUp
from supervisors.supervisor import Supervisor


class Stage:
    """Children that live until told to fall, and a log of what happened to them."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.falls: dict[str, trio.Event] = {}
        self.errors: dict[str, Exception | None] = {}
        self.refuse: dict[str, Exception] = {}

    def child(self, id: str, **options: Any) -> ChildSpec:
        async def start(*, task_status: trio.TaskStatus[None]) -> None:
            if id in self.refuse:
                self.log.append(f"refused {id}")
                raise self.refuse[id]
            self.falls[id] = trio.Event()
            self.log.append(f"start {id}")
            task_status.started()
            try:
                await self.falls[id].wait()
            finally:
                self.log.append(f"end {id}")
            if (error := self.errors.get(id)) is not None:
                raise error

        return ChildSpec(id=id, start=start, **options)

    async def fall(self, id: str, error: Exception | None = None) -> None:
        self.log.clear()
        self.errors[id] = error
        self.falls[id].set()
        await trio.sleep(1)


GENEROUS = RestartIntensity(max_restarts=100, max_seconds=1000)


async def _run(supervisor: Supervisor, nursery: trio.Nursery) -> None:
    await nursery.start(lambda task_status: supervisor.run(task_status=task_status))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (Strategy.ONE_FOR_ONE, ["end b", "start b"]),
        (
            Strategy.ONE_FOR_ALL,
            ["end b", "end c", "end a", "start a", "start b", "start c"],
        ),
        (Strategy.REST_FOR_ONE, ["end b", "end c", "start b", "start c"]),
    ],
)
async def test_a_strategy_restarts_those_it_names_stopped_in_reverse_and_started_in_order(
    strategy: Strategy, expected: list[str], autojump_clock: trio.testing.MockClock
) -> None:
    stage = Stage()
    supervisor = Supervisor(
        [stage.child(id) for id in "abc"], strategy=strategy, intensity=GENEROUS
    )
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        assert stage.log == ["start a", "start b", "start c"]
        await stage.fall("b", ValueError("b"))
        assert stage.log == expected
        stage.log.clear()
        nursery.cancel_scope.cancel()
    assert stage.log == ["end c", "end b", "end a"]


@pytest.mark.parametrize(
    ("restart", "error", "comes_back"),
    [
        (Restart.PERMANENT, None, True),
        (Restart.PERMANENT, ValueError(), True),
        (Restart.TRANSIENT, None, False),
        (Restart.TRANSIENT, ValueError(), True),
        (Restart.TEMPORARY, None, False),
        (Restart.TEMPORARY, ValueError(), False),
    ],
)
async def test_the_restart_type_says_who_comes_back(
    restart: Restart,
    error: Exception | None,
    comes_back: bool,
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    supervisor = Supervisor([stage.child("a", restart=restart)])
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        await stage.fall("a", error)
        assert stage.log == (["end a", "start a"] if comes_back else ["end a"])
        (child,) = supervisor.statistics()
        assert child.state == ("running" if comes_back else "stopped")
        assert child.last_error == (repr(error) if error else None)
        nursery.cancel_scope.cancel()


async def test_a_transient_child_that_crashed_once_and_then_ends_normally_stays_ended(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    supervisor = Supervisor([stage.child("a", restart=Restart.TRANSIENT)])
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        await stage.fall("a", ValueError())
        await stage.fall("a")
        assert stage.log == ["end a"]
        nursery.cancel_scope.cancel()


async def test_a_temporary_sibling_that_is_stopped_along_is_not_brought_back(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    children = [stage.child("a"), stage.child("b", restart=Restart.TEMPORARY)]
    supervisor = Supervisor(children, strategy=Strategy.ONE_FOR_ALL)
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        await stage.fall("a", ValueError())
        assert stage.log == ["end a", "end b", "start a"]
        nursery.cancel_scope.cancel()


async def test_a_restart_storm_makes_the_supervisor_give_up_and_stop_the_others(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    intensity = RestartIntensity(max_restarts=2, max_seconds=60)
    supervisor = Supervisor([stage.child("a"), stage.child("b")], intensity=intensity)

    async def storm() -> None:
        for _ in range(3):
            await stage.fall("b", ValueError("again"))

    with pytest.RaisesGroup(SupervisorGaveUp):
        async with trio.open_nursery() as nursery:
            await _run(supervisor, nursery)
            await storm()
            assert stage.log == ["end b", "end a"]


async def test_falls_that_are_far_apart_are_no_storm(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    intensity = RestartIntensity(max_restarts=1, max_seconds=5)
    supervisor = Supervisor([stage.child("a")], intensity=intensity)
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        for _ in range(5):
            await stage.fall("a", ValueError())
            await trio.sleep(6)
        nursery.cancel_scope.cancel()
    assert supervisor.statistics()[0].restarts == 5


async def test_giving_up_escalates_to_the_parent_which_restarts_the_whole_branch(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    branch = Supervisor(
        [stage.child("x"), stage.child("y")],
        id="branch",
        intensity=RestartIntensity(max_restarts=1, max_seconds=60),
    )
    root = Supervisor([stage.child("a"), branch.as_child()], id="root")
    async with trio.open_nursery() as nursery:
        await _run(root, nursery)
        await stage.fall("y", ValueError())
        await stage.fall("y", ValueError())
        assert stage.log == ["end y", "end x", "start x", "start y"]
        tree = root.statistics()
        assert [c.id for c in tree] == ["a", "branch"]
        assert tree[1].restarts == 1
        assert "y of branch" in str(tree[1].last_error)
        assert [c.state for c in tree[1].children] == ["running", "running"]
        stage.log.clear()
        nursery.cancel_scope.cancel()
    assert stage.log == ["end y", "end x", "end a"]


async def test_restarts_wait_longer_and_longer(autojump_clock: trio.testing.MockClock) -> None:
    starts: list[float] = []

    async def start(*, task_status: trio.TaskStatus[None]) -> None:
        starts.append(trio.current_time())
        task_status.started()
        raise ValueError

    supervisor = Supervisor(
        [ChildSpec(id="a", start=start)],
        intensity=RestartIntensity(max_restarts=4, max_seconds=1000),
        backoff=Backoff(initial_seconds=1, factor=3, cap_seconds=5),
    )
    with pytest.raises(SupervisorGaveUp):
        await supervisor.run()
    pauses = [round(b - a, 3) for a, b in itertools.pairwise(starts)]
    assert pauses == [0, 1, 3, 5]


async def test_a_pause_before_one_restart_does_not_hold_up_another(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    supervisor = Supervisor(
        [stage.child("a"), stage.child("b")],
        intensity=GENEROUS,
        backoff=Backoff(initial_seconds=60, cap_seconds=60),
    )
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        await stage.fall("a", ValueError())
        await stage.fall("a", ValueError())
        assert supervisor.statistics()[0].state == "waiting"
        await trio.sleep(30)
        await stage.fall("b")
        assert supervisor.statistics()[1].state == "waiting"
        await trio.sleep(29)
        assert [c.state for c in supervisor.statistics()] == ["running", "waiting"]
        nursery.cancel_scope.cancel()


async def test_a_child_that_cannot_start_ends_the_supervisor_with_its_own_error() -> None:
    stage = Stage()
    stage.refuse["b"] = OSError("port in use")
    supervisor = Supervisor([stage.child("a"), stage.child("b"), stage.child("c")])
    with pytest.raises(OSError, match="port in use"):
        await supervisor.run()
    assert stage.log == ["start a", "refused b", "end a"]


async def test_a_restart_that_fails_is_tried_again_and_counted(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    supervisor = Supervisor([stage.child("a")], intensity=RestartIntensity(3, 60))
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        stage.refuse["a"] = OSError("database away")
        with trio.move_on_after(0.05):
            await stage.fall("a", ValueError())
        assert stage.log == ["end a", "refused a"]
        del stage.refuse["a"]
        await trio.sleep(1)
        assert stage.log[-1] == "start a"
        assert supervisor.statistics()[0].restarts == 2
        nursery.cancel_scope.cancel()


async def test_stop_is_awaited_before_a_child_is_cancelled_but_not_for_ever(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()

    async def finish() -> None:
        stage.log.append("stopping a")
        await trio.sleep(1)
        stage.log.append("stopped a")

    async def hang() -> None:
        await trio.sleep_forever()

    async def fail() -> None:
        raise ValueError

    supervisor = Supervisor(
        [
            stage.child("a", stop=finish),
            stage.child("b", stop=hang, shutdown_seconds=2),
            stage.child("c", stop=fail),
        ]
    )
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        stage.log.clear()
        began = trio.current_time()
        nursery.cancel_scope.cancel()
    assert stage.log == ["end c", "end b", "stopping a", "stopped a", "end a"]
    assert trio.current_time() - began == pytest.approx(3)


async def test_a_start_that_hangs_can_be_cancelled(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async def start(*, task_status: trio.TaskStatus[None]) -> None:
        await trio.sleep_forever()

    with trio.move_on_after(1) as scope:
        await Supervisor([ChildSpec(id="a", start=start)]).run()
    assert scope.cancelled_caught


async def test_a_significant_child_that_ends_takes_its_supervisor_along(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    children = [
        stage.child("a"),
        stage.child("b", restart=Restart.TRANSIENT, significant=True),
    ]
    async with trio.open_nursery() as nursery:
        await _run(Supervisor(children), nursery)
        await stage.fall("b")
        assert stage.log == ["end b", "end a"]


async def test_children_can_be_added_and_stopped_while_it_runs(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    supervisor = Supervisor([stage.child("a")])
    async with trio.open_nursery() as nursery:
        await _run(supervisor, nursery)
        await supervisor.start_child(stage.child("b"))
        await stage.fall("b", ValueError())
        assert stage.log == ["end b", "start b"]
        assert await supervisor.stop_child("b")
        assert not await supervisor.stop_child("b")
        stage.refuse["c"] = OSError()
        with pytest.raises(OSError):  # noqa: PT011 - the very error of the child
            await supervisor.start_child(stage.child("c"))
        assert [c.id for c in supervisor.statistics()] == ["a"]
        nursery.cancel_scope.cancel()


async def test_a_child_whose_cleanup_takes_too_long_is_named_and_waited_for(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async def start(*, task_status: trio.TaskStatus[None]) -> None:
        task_status.started()
        try:
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True):
                await trio.sleep(10)

    with structlog.testing.capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            await _run(Supervisor([ChildSpec(id="a", start=start, shutdown_seconds=2)]), nursery)
            nursery.cancel_scope.cancel()
    assert [entry["event"] for entry in logs] == ["child.ends_late"]
