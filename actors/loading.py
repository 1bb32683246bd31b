"""Loading of an actor's state: its newest snapshot and the events after it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from actors.codec import UnreadableJournal, name_of
from actors.kind import LiveKind
from actors.runtime import ActorRuntime
from protocol.envelope import Address
from protocol.errors import StoaError, StorageUnavailable
from protocol.ports import Loaded, StoredEvent

READ_AT_ONCE = 1_000


class Restored(NamedTuple):
    """A state and its version. `down_ms` is None if nothing was durable."""

    state: Any
    version: int
    snapshot_version: int
    down_ms: int | None


async def restore(address: Address, kind: LiveKind, runtime: ActorRuntime) -> Restored:
    """Load the state of `address`. Raises `StoaError` if storage is at fault.

    Other errors, above all `UnreadableJournal`, are the machine's or the history's.
    """
    with _storage_at_fault():
        loaded = await runtime.journal.load(address)
    state, snapshot_version = await _restored(address, kind, runtime, loaded)
    version = loaded.version
    down_ms = await _down_ms(address, runtime, loaded) if version else None
    return Restored(state, version, snapshot_version, down_ms)


async def _restored(
    address: Address, kind: LiveKind, runtime: ActorRuntime, loaded: Loaded
) -> tuple[Any, int]:
    """The state, and the version of the snapshot that it was made from.

    The journal holds everything, since where the beginning was deleted an event stands for it: a
    snapshot that cannot be read costs only time.
    """
    state, snapshot_version = kind.machine.initial(address.key), 0
    if loaded.snapshot is not None:
        try:
            state = kind.codec.decode_state(loaded.snapshot)
            snapshot_version = loaded.snapshot.version
        except UnreadableJournal as error:
            runtime.snapshot_unreadable(address, error)
            state = await _replay_before(address, kind, runtime, loaded.snapshot.version)
    return replayed(kind, state, loaded.events), snapshot_version


async def _replay_before(
    address: Address, kind: LiveKind, runtime: ActorRuntime, version: int
) -> Any:
    """The state after the event of that version, from events alone."""
    state, reached = kind.machine.initial(address.key), 0
    while reached < version:
        with _storage_at_fault():
            page = await runtime.journal.read(address, after_version=reached, limit=READ_AT_ONCE)
        # Versions may be missing: an operator can set an event aside.
        events = [event for event in page if event.version <= version]
        if not events:
            break
        state, reached = replayed(kind, state, events), events[-1].version
    return state


def replayed(kind: LiveKind, state: Any, events: Iterable[StoredEvent]) -> Any:
    """`state` after these events. Raises `UnreadableJournal`, which names the event."""
    for stored in events:
        try:
            state = kind.machine.evolve(state, kind.codec.decode_event(stored))
        except UnreadableJournal:
            raise
        except Exception as error:
            # Often one that relies on an earlier event that is not there.
            reason = (name_of(stored), type(error).__name__, str(error))
            raise UnreadableJournal(": ".join(filter(None, reason))) from error
    return state


async def _down_ms(address: Address, runtime: ActorRuntime, loaded: Loaded) -> int:
    last_event_at: int | None = loaded.events[-1].at if loaded.events else None
    if last_event_at is None and runtime.needs_last_event(address):
        after = loaded.version - 1
        with _storage_at_fault():
            newest = await runtime.journal.read(address, after_version=after, limit=1)
        last_event_at = newest[0].at if newest else None
    return runtime.down_ms(address, last_event_at)


@contextlib.contextmanager
def _storage_at_fault() -> Iterator[None]:
    """Turn any error of storage, its drivers included, into a `StoaError`.

    It is not a crash of the machine.
    """
    try:
        yield
    except StoaError:
        raise
    except Exception as error:
        raise StorageUnavailable() from error
