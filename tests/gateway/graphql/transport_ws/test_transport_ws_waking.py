"""When the machine of graphql-transport-ws wants to be woken: never while others decide."""

from __future__ import annotations

from math import inf

from gateway.graphql.transport_ws.machine import Machine, State
from gateway.graphql.transport_ws.settings import Settings

SETTINGS = Settings()


def test_it_waits_for_the_initialisation_and_then_for_silence() -> None:
    machine = Machine(SETTINGS, 100.0)
    assert machine.wake_at == 100.0 + SETTINGS.init_seconds
    machine.receive(b'{"type":"connection_init"}', 101.0)
    assert machine.acknowledge(102.0)
    assert machine.wake_at == 102.0 + SETTINGS.ping_seconds


def test_it_is_not_woken_while_the_server_decides_nor_after_the_end() -> None:
    machine = Machine(SETTINGS, 100.0)
    machine.receive(b'{"type":"connection_init"}', 101.0)
    assert machine.state is State.INITIALISING
    assert machine.wake_at == inf
    assert not machine.wake(1e9)
    machine.close()
    assert machine.wake_at == inf
    assert not machine.wake(1e9)
