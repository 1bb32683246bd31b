"""The server's clock while the wall clock is set, the machine sleeps, or is started again."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog.testing
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Address
from protocol.lifecycle import Stalled
from protocol.ports import Beat
from supervisors.alarms import Alarms
from supervisors.clock import TrioClock
from supervisors.wall_time import UnixTime
from tests.support.machine import UP, WALL, Machine, Process

HOUR = 3_600_000


def warnings(logged: list[MutableMapping[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k != "log_level"} for line in logged]


async def test_a_first_start_takes_wall_time(mock_clock: trio.testing.MockClock) -> None:
    process = Process(Machine(), None)
    assert process.clock.now() == WALL
    assert process.wall_time.beat() == Beat(at=WALL, boot_id="first", boot_ms=UP)


@pytest.mark.parametrize("step", [-HOUR, 0, HOUR])
async def test_across_a_crash_a_step_of_the_wall_clock_moves_nothing(
    mock_clock: trio.testing.MockClock, step: int
) -> None:
    machine = Machine()
    last = Process(machine, None).wall_time.beat()
    machine.set_wall(step)
    mock_clock.jump(7)
    with structlog.testing.capture_logs() as logged:
        process = Process(machine, last)
        process.wall_time.resume(Beat(at=0))
    assert process.clock.now() == WALL + 7_000
    told = [{"event": "clock.differs", "wall_ahead_seconds": step / 1000}]
    assert warnings(logged) == (told if step else [])
    assert process.wall_time.statistics() == {"wall_ahead_seconds": step / 1000}
    assert process.wall_time.beat().at > last.at


@pytest.mark.parametrize(("step", "expected"), [(-HOUR, WALL), (HOUR, WALL + HOUR + 7_000)])
async def test_after_a_start_of_the_machine_the_clock_is_never_behind_the_last_beat(
    mock_clock: trio.testing.MockClock, step: int, expected: int
) -> None:
    machine = Machine()
    last = Process(machine, None).wall_time.beat()
    machine.set_wall(step)
    machine.start_again()
    mock_clock.jump(7)
    with structlog.testing.capture_logs():
        assert Process(machine, last).clock.now() == expected


async def test_a_machine_put_back_to_an_earlier_time_counts_as_started_again(
    mock_clock: trio.testing.MockClock,
) -> None:
    machine = Machine()
    last = Beat(at=WALL - 1_000, boot_id="first", boot_ms=UP + 60_000)
    assert Process(machine, last).clock.now() == WALL


async def test_a_step_while_the_node_runs_is_told_once_and_moves_nothing_that_is_needed(
    mock_clock: trio.testing.MockClock,
) -> None:
    machine = Machine()
    process = Process(machine, None)
    with structlog.testing.capture_logs() as logged:
        for step in (0, -HOUR, 0, 0, HOUR + 1_000, 0):
            machine.set_wall(step)
            mock_clock.jump(0.25)
            process.wall_time.look(needed=True)
    assert warnings(logged) == [
        {"event": "clock.stepped", "seconds": -3600.0, "wall_ahead_seconds": -3600.0},
        {"event": "clock.stepped", "seconds": 3601.0, "wall_ahead_seconds": 1.0},
    ]
    assert process.clock.now() == WALL + 1_500


@pytest.mark.parametrize("step", [-60_000, 60_000])
async def test_while_nothing_needs_it_the_clock_goes_back_to_wall_time(
    mock_clock: trio.testing.MockClock, step: int
) -> None:
    machine = Machine()
    process = Process(machine, None)
    machine.set_wall(step)
    before = process.clock.now()
    with structlog.testing.capture_logs() as logged:
        for _ in range(4 * 600 + 20):
            mock_clock.jump(0.25)
            process.wall_time.look(needed=False)
            assert before < process.clock.now() <= before + 275
            before = process.clock.now()
    assert len(logged) == 1
    assert abs(machine.wall_ms() - process.clock.now()) <= 25
    process.wall_time.look(needed=True)
    mock_clock.jump(10)
    assert abs(machine.wall_ms() - process.clock.now()) <= 25


async def test_a_suspension_is_a_stall_by_which_the_clock_goes_on(
    mock_clock: trio.testing.MockClock,
) -> None:
    machine = Machine()
    process = Process(machine, None)
    mock_clock.jump(1)
    machine.sleep(60_000)
    mock_clock.jump(0.1)
    with structlog.testing.capture_logs() as logged:
        process.wall_time.look(needed=True)
        process.wall_time.look(needed=True)
    assert warnings(logged) == [{"event": "node.stalled", "cause": "suspended", "seconds": 60.0}]
    assert process.stalls.after(0) == [Stalled(since=WALL + 1_100, until=WALL + 61_100)]
    assert process.clock.now() == machine.wall_ms()


@pytest.mark.parametrize("moved", ["forward", "faster", "slower"])
async def test_an_alarm_rings_by_the_clock_however_it_moves(
    autojump_clock: trio.testing.MockClock, moved: str
) -> None:
    clock = TrioClock(WALL)
    rung: list[tuple[float, int]] = []

    def ring(_address: Address, _name: str, _due_at: int) -> None:
        rung.append((trio.current_time(), clock.now()))

    async with trio.open_nursery() as nursery:
        alarms = Alarms(clock, ring)
        nursery.start_soon(alarms.run)
        alarms.set(Address("a", "b"), "soon", WALL + 100_000)
        await trio.sleep(10)
        match moved:
            case "forward":
                clock.set_forward(WALL + 90_000)
            case "faster":
                clock.steer(1_100.0)
            case "slower":
                clock.steer(900.0)
        await trio.sleep(120)
        nursery.cancel_scope.cancel()
    [(at, said)] = rung
    assert at == pytest.approx({"forward": 20, "faster": 10 + 90 / 1.1, "slower": 110}[moved])
    assert said == WALL + 100_000


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5_000),
            st.sampled_from(["crash", "reboot", "run", "idle", "sleep"]),
            st.integers(-2 * HOUR, 2 * HOUR),
        ),
        max_size=12,
    )
)
def test_whatever_happens_the_clock_never_goes_back_and_a_crash_takes_its_time(
    lives: list[tuple[int, str, int]],
) -> None:
    """Each passes some time, then something happens to the process and the wall clock is set."""

    async def live() -> None:
        mock = trio.lowlevel.current_clock()
        assert isinstance(mock, trio.testing.MockClock)
        machine = Machine()
        process = Process(machine, None)
        for passed, what, step in lives:
            beat = process.wall_time.beat()
            mock.jump(passed / 1000)
            machine.set_wall(step)
            if what in ("crash", "reboot"):
                if what == "reboot":
                    machine.start_again()
                process = Process(machine, beat)
            elif what == "sleep":
                machine.sleep(passed)
            process.wall_time.look(needed=what != "idle")
            now = process.clock.now()
            assert now >= beat.at
            if what == "crash":
                assert abs(now - beat.at - passed) <= passed * 0.1 + 1

    with structlog.testing.capture_logs():
        trio.run(live, clock=trio.testing.MockClock())


def test_linux_tells_its_clocks() -> None:
    system = UnixTime()
    assert len(system.boot_id) == 36
    assert system.boot_ms() >= system.running_ms()
    assert system.wall_ms() > WALL
