"""Loading of an actor's state: its newest snapshot and the events after it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from actors.kind import LiveKind
from actors.runtime import ActorRuntime
from protocol.envelope import Address
from protocol.errors import StoaError, StorageUnavailable
from protocol.ports import Loaded


class Restored(NamedTuple):
    """A state and its version. `down_ms` is None if nothing was durable."""

    state: Any
    version: int
    snapshot_version: int
    down_ms: int | None


async def restore(address: Address, kind: LiveKind, runtime: ActorRuntime) -> Restored:
    """Load the state of `address`. Raises `StoaError` if storage is at fault.

    Other errors are the machine's: history it cannot read, or an `evolve` that raises.
    """
    with _storage_at_fault():
        loaded = await runtime.journal.load(address)
    state, version = _replay(address, kind, loaded), loaded.version
    snapshot_version = loaded.snapshot.version if loaded.snapshot is not None else 0
    down_ms = await _down_ms(address, runtime, loaded) if version else None
    return Restored(state, version, snapshot_version, down_ms)


def _replay(address: Address, kind: LiveKind, loaded: Loaded) -> Any:
    machine, codec = kind.machine, kind.codec
    if loaded.snapshot is None:
        state = machine.initial(address.key)
    else:
        state = codec.decode_state(loaded.snapshot)
    for stored in loaded.events:
        state = machine.evolve(state, codec.decode_event(stored))
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
