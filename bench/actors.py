"""Actor messages: what an ask and a drained tell cost, and what an idle actor weighs.

Measured in one process on real time, without a journal: the runtime alone. CPU is this process'
user and system time.
"""

from __future__ import annotations

import gc
import resource
from typing import Any

import msgspec
import trio

from actors.effects import Effects, Persist, Reply
from actors.kind import LiveKind
from bench.report import Measure, publish
from protocol.envelope import Address, Message
from protocol.errors import StoaError
from protocol.lifecycle import Done
from protocol.ports import Journal, Loaded
from supervisors.clock import TrioClock
from supervisors.directory import Directory

ASKS = 5_000
TELLS = 200_000
BURST = 200
IDLE = 50_000
PERSISTS = 20_000


class Nod(Message, frozen=True, kw_only=True, tag="bench.nod"):
    pass


class Hear(Message, frozen=True, kw_only=True, tag="bench.hear"):
    pass


class Keep(Message, frozen=True, kw_only=True, tag="bench.keep"):
    at: int = 0


class Heard(msgspec.Struct):
    count: int = 0


class Listener:
    """The least a machine can do."""

    schema = 1
    event_types: Any = Keep
    state_type: Any = Heard

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def initial(self, key: str) -> Heard:
        return Heard()

    def decide(self, state: Heard, command: Message, now: int) -> Effects:
        if type(command) is Nod:
            return (Reply(Done()),)
        if type(command) is Keep:
            return (Persist((command,)), Reply(Done()))
        return ()

    def evolve(self, state: Heard, event: Any) -> Heard:
        state.count += 1
        return state


class NoFanOut:
    """There is nobody to publish to."""

    def publish(self, *_: Any, **__: Any) -> None: ...

    def close_topic(self, topic: str, *, reason: str) -> None: ...


class InstantJournal:
    """Commits at once, so that what is measured is the runner."""

    async def load(self, address: Address) -> Loaded:
        return Loaded(None, ())

    def append_nowait(self, append: Any, done: Any) -> int:
        done(None)
        return 0

    async def save_snapshot(self, snapshot: Any) -> None: ...


class Counter:
    """A callback `ReplyTo`."""

    def __init__(self) -> None:
        self.left = 0
        self.finished = trio.Event()

    def answer(self, reply: Message) -> None:
        self.left -= 1
        if not self.left:
            self.finished.set()

    def fail(self, error: StoaError) -> None:
        raise error


def cpu_seconds() -> float:
    """User and system time of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def ask_round_trip(directory: Directory) -> float:
    """Microseconds of CPU for an ask of an actor in memory, one at a time."""
    address = Address("listener", "asked")
    await directory.ask(address, Nod())
    began = cpu_seconds()
    for _ in range(ASKS):
        await directory.ask(address, Nod())
    return (cpu_seconds() - began) / ASKS * 1e6


async def requests(directory: Directory, message: Message, kind: str, total: int) -> float:
    """Microseconds of CPU for a request with a callback, `BURST` per wake."""
    counter, address = Counter(), Address(kind, "requested")
    counter.left = total
    began = cpu_seconds()
    for _ in range(total // BURST):
        for _ in range(BURST):
            directory.request(address, message, counter)
        await trio.lowlevel.checkpoint()
    await counter.finished.wait()
    return (cpu_seconds() - began) / total * 1e6


async def drained_tells(directory: Directory) -> float:
    """Microseconds of CPU for a tell and its handling, `BURST` per wake."""
    address = Address("listener", "told")
    await directory.ask(address, Nod())
    message = Hear()
    began = cpu_seconds()
    for _ in range(TELLS // BURST):
        for _ in range(BURST):
            directory.tell(address, message)
        await trio.lowlevel.checkpoint()
    await directory.ask(address, Nod())
    return (cpu_seconds() - began) / TELLS * 1e6


async def idle_bytes(directory: Directory) -> float:
    """Bytes of resident memory for each idle volatile actor, its key included."""
    gc.collect()
    before = _resident()
    for n in range(IDLE):
        directory.tell(Address("listener", f"idle-{n}"), Hear())
        if not n % 1_000:
            await trio.lowlevel.checkpoint()
    await directory.ask(Address("listener", f"idle-{IDLE - 1}"), Nod())
    gc.collect()
    return (_resident() - before) / IDLE


def _resident() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


async def measure() -> list[Measure]:
    """All of it."""
    journal: Journal = InstantJournal()  # type: ignore[assignment]
    kinds = [
        LiveKind(Listener("listener"), volatile=True, idle_seconds=None),
        LiveKind(Listener("keeper"), snapshot_every=10**9),
    ]
    directory = Directory(clock=TrioClock(), journal=journal, fan_out=NoFanOut(), kinds=kinds)
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        ask = await ask_round_trip(directory)
        tell = await drained_tells(directory)
        request = await requests(directory, Nod(), "listener", TELLS // 4)
        persist = await requests(directory, Keep(at=1), "keeper", PERSISTS)
        idle = await idle_bytes(directory)
        began = cpu_seconds()
        directory.statistics()
        look = (cpu_seconds() - began) * 1e3
        nursery.cancel_scope.cancel()
    return [
        Measure(name="ask round trip", value=ask, unit="µs", must="≤ 60 µs", met=ask <= 60),
        Measure(name="drained tell", value=tell, unit="µs", must="≤ 2 µs", met=tell <= 2),
        Measure(name="request with callback, drained", value=request, unit="µs"),
        Measure(name="request that persists an event, commit apart", value=persist, unit="µs"),
        Measure(name=f"idle volatile actor, of {IDLE:,}", value=idle, unit="bytes"),
        Measure(name=f"statistics() with {IDLE:,} actors", value=look, unit="ms"),
    ]


def main() -> None:
    """Measure and publish."""
    publish("actors", trio.run(measure))


if __name__ == "__main__":
    main()
