"""A small machine, a journal that commits when told, and a directory on both, for runtime tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
import structlog.testing
import trio
import trio.testing

from actors.effects import (
    Announce,
    CloseTopic,
    Effect,
    Effects,
    Forward,
    Passivate,
    Persist,
    Publish,
    Refuse,
    Reply,
    SaveRecord,
    Send,
    Volatile,
    WakeAt,
)
from actors.kind import LiveKind
from protocol.envelope import Address, Message
from protocol.errors import Fenced, Overloaded, RefusedError, StoaError
from protocol.lifecycle import Activated, Reminded
from protocol.ports import Append, Loaded, Snapshot, StoredEvent
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from tests.support.fakes import Collector, FakeFanOut

START = 1_700_000_000_000


class Add(Message, frozen=True, kw_only=True, tag="test.add"):
    amount: int = 1


class Read(Message, frozen=True, kw_only=True, tag="test.read"):
    note: str = ""


class Total(Message, frozen=True, kw_only=True, tag="test.total"):
    total: int


class Forbidden(Message, frozen=True, kw_only=True, tag="test.forbidden"):
    pass


class Silent(Message, frozen=True, kw_only=True, tag="test.silent"):
    pass


class Crash(Message, frozen=True, kw_only=True, tag="test.crash"):
    """Raises in `decide`, or, with `evolve`, when its event is applied."""

    evolve: bool = False
    nonce: int = 0


class Alarm(Message, frozen=True, kw_only=True, tag="test.alarm"):
    name: str
    at: int | None
    durable: bool = True


class Publishing(Message, frozen=True, kw_only=True, tag="test.publishing"):
    text: str


class Telling(Message, frozen=True, kw_only=True, tag="test.telling"):
    """Adds one for each text and publishes it durably; `twice` without an event of its own."""

    texts: tuple[str, ...]
    twice: bool = False


class Passing(Message, frozen=True, kw_only=True, tag="test.passing"):
    key: str


class Everything(Message, frozen=True, kw_only=True, tag="test.everything"):
    pass


class Jotting(Message, frozen=True, kw_only=True, tag="test.jotting"):
    """Adds an amount without journalling it."""

    amount: int


class Relaying(Message, frozen=True, kw_only=True, tag="test.relaying"):
    """Passes its asker on, after adding one here if `adding`."""

    key: str
    adding: bool = False
    kind: str = "counter"


class GoAway(Message, frozen=True, kw_only=True, tag="test.go_away"):
    pass


class Added(Message, frozen=True, kw_only=True, tag="test.added"):
    amount: int


class Cursed(Message, frozen=True, kw_only=True, tag="test.cursed"):
    pass


class CounterState(msgspec.Struct):
    total: int = 0
    seen: list[str] = []


class Counter:
    """Adds up, and does whatever a test needs of an actor."""

    kind = "counter"
    schema = 1
    event_types: Any = Added | Cursed
    state_type: Any = CounterState

    def __init__(self, kind: str = "counter") -> None:
        self.kind = kind
        self.activations: list[Activated] = []
        self.alarms: list[Reminded] = []
        self.delivered: list[Message] = []
        self.on_activated: list[Effect] = []
        self.crash_on_activated = False

    def initial(self, key: str) -> CounterState:
        return CounterState()

    def decide(self, state: CounterState, command: Message, now: int) -> Effects:
        self.delivered.append(command)
        match command:
            case Activated():
                self.activations.append(command)
                if self.crash_on_activated:
                    raise ZeroDivisionError
                return self.on_activated
            case Reminded():
                self.alarms.append(command)
                return []
            case Crash(evolve=True):
                return [Persist((Added(amount=1000), Cursed())), Reply(Total(total=-1))]
            case Crash():
                raise ZeroDivisionError("secret")
        return _decide(state, command, now)

    def evolve(self, state: CounterState, event: Any) -> CounterState:
        if isinstance(event, Cursed):
            raise ZeroDivisionError
        state.total += event.amount
        return state


def _decide(state: CounterState, command: Message, now: int) -> Effects:  # noqa: C901 - a table
    match command:
        case Add(amount=amount):
            return [Persist((Added(amount=amount),)), Reply(Total(total=state.total + amount))]
        case Read():
            return [Reply(Total(total=state.total))]
        case Jotting(amount=amount):
            return [Volatile(Added(amount=amount)), Reply(Total(total=state.total + amount))]
        case Forbidden():
            return [Refuse(RefusedError("FORBIDDEN_HERE", "no"))]
        case Alarm(name=name, at=at, durable=durable):
            return [WakeAt(name, at, durable)]
        case Publishing(text=text):
            return [Publish("topic", text, Total(total=state.total)), Reply(Total(total=0))]
        case Telling(texts=texts, twice=twice):
            said: list[Effect] = []
            for number, text in enumerate(texts, state.total + 1):
                said.append(Persist((Added(amount=1),)))
                told = Publish("topic", text, Total(total=number), offset=number, epoch=1)
                said += [told, told] if twice else [told]
            return said
        case Passing(key=key):
            return [Send(Address("counter", key), Add()), Reply(Total(total=0))]
        case Relaying(key=key, adding=adding, kind=kind):
            forward = Forward(Address(kind, key), Read())
            return [Persist((Added(amount=1),)), forward] if adding else [forward]
        case GoAway():
            return [Passivate()]
        case Everything():
            return [
                Persist((Added(amount=1),)),
                SaveRecord(Silent()),
                Announce(Added(amount=1)),
                WakeAt("later", now + 5_000),
                CloseTopic("topic", "over"),
                Reply(Total(total=1)),
            ]
    return []


Done = Callable[[StoaError | None], None]


class FakeJournal:
    """Keeps appends until the test commits or fails them; with `auto`, commits in the next tick."""

    def __init__(self, *, auto: bool = False) -> None:
        self.auto = auto
        self.queue: list[tuple[Append, Done]] = []
        self.committed: list[Append] = []
        self.events: dict[Address, list[StoredEvent]] = {}
        self.snapshots: dict[Address, Snapshot] = {}
        self.loads = 0
        self.load_error: Exception | None = None
        self.append_error: StoaError | None = None
        self.snapshot_error: StoaError | None = None
        self.gate: trio.Event | None = None
        self.bound = 10_000
        self.position = 0

    def append_nowait(self, append: Append, done: Done) -> int:
        if self.append_error is not None:
            raise self.append_error
        if len(self.queue) >= self.bound:
            raise Overloaded("The journal is full")
        self.queue.append((append, done))
        if self.auto:
            trio.lowlevel.current_trio_token().run_sync_soon(self.commit)
        first = self.position + 1
        self.position += len(append.events)
        return first

    def commit(self, count: int | None = None) -> None:
        """Commit the oldest `count` appends, or all."""
        taken = self.queue[:count]
        del self.queue[:count]
        for append, done in taken:
            events = self.events.setdefault(append.address, [])
            newest = events[-1].version if events else 0
            if newest != append.expected_version:
                done(Fenced(append.address, append.expected_version + 1))
                continue
            events.extend(append.events)
            self.committed.append(append)
            done(None)

    def fail(self, error: StoaError, count: int | None = None) -> None:
        """Fail the oldest `count` appends, or all; those behind a failed one are fenced."""
        taken = self.queue[:count]
        del self.queue[:count]
        for index, (append, done) in enumerate(taken):
            done(error if index == 0 else Fenced(append.address, append.expected_version + 1))

    async def load(self, address: Address) -> Loaded:
        self.loads += 1
        await self._pass_gate()
        if self.load_error is not None:
            raise self.load_error
        snapshot = self.snapshots.get(address)
        after = snapshot.version if snapshot is not None else 0
        tail = [e for e in self.events.get(address, []) if e.version > after]
        return Loaded(snapshot, tail)

    async def read(
        self, address: Address, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[StoredEvent]:
        await trio.lowlevel.checkpoint()
        return [e for e in self.events.get(address, []) if e.version > after_version][:limit]

    async def read_since(
        self, address: Address, *, after_position: int, limit: int
    ) -> Sequence[StoredEvent]:
        raise NotImplementedError

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        await self._pass_gate()
        if self.snapshot_error is not None:
            raise self.snapshot_error
        self.snapshots[snapshot.address] = snapshot

    async def _pass_gate(self) -> None:
        if self.gate is not None:
            await self.gate.wait()
        await trio.lowlevel.checkpoint()


class Rig:
    """A running directory with a counter machine and what it stands on."""

    def __init__(
        self, journal: FakeJournal, machine: Counter, volatile: Counter, directory: Directory
    ) -> None:
        self.journal = journal
        self.machine = machine
        self.volatile = volatile
        self.directory = directory
        fan_out = directory.fan_out
        assert isinstance(fan_out, FakeFanOut)
        self.fan_out = fan_out

    def request(
        self, message: Message, key: str = "a", seconds: float = 10.0, kind: str = "counter"
    ) -> Collector:
        collector = Collector()
        self.directory.request(Address(kind, key), message, collector, timeout_seconds=seconds)
        return collector

    def live(self) -> int:
        return self.directory.statistics().live

    async def settle(self) -> None:
        await trio.testing.wait_all_tasks_blocked()

    async def ask(self, message: Message, key: str = "a", kind: str = "counter") -> Any:
        return await self.directory.ask(Address(kind, key), message)


class SlowHandler:
    """A handler that waits for its gate, or raises `error` once it is open."""

    kind = "slow"
    concurrency = 2
    queue_bound = 2

    def __init__(self) -> None:
        self.gate = trio.Event()
        self.error: Exception | None = None

    async def handle(self, message: Message) -> Message:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return Total(total=1)


def idle_directory(journal: FakeJournal | None = None, **options: Any) -> Directory:
    """A directory with a counter machine that does not run yet; keywords go to `LiveKind`."""
    return Directory(
        clock=TrioClock(START),
        journal=journal or FakeJournal(),
        fan_out=FakeFanOut(),
        kinds=[LiveKind(Counter(), **options)],
    )


@asynccontextmanager
async def running(
    *, journal: FakeJournal | None = None, machine: Counter | None = None, **options: Any
) -> AsyncIterator[Rig]:
    """A rig whose directory runs; keywords go to `LiveKind`, `directory=` ones to `Directory`."""
    for_directory = options.pop("directory", {})
    machine = machine or Counter()
    journal = journal or FakeJournal()
    clock = TrioClock(START)
    volatile = Counter("volatile")
    kinds = [LiveKind(machine, **options), LiveKind(volatile, volatile=True)]
    directory = Directory(
        clock=clock, journal=journal, fan_out=FakeFanOut(), kinds=kinds, **for_directory
    )
    # Rendering the tracebacks of crashes for nobody would be most of what these tests cost.
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            await nursery.start(directory.run)
            yield Rig(journal, machine, volatile, directory)
            nursery.cancel_scope.cancel()
