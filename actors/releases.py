"""Performing of what leaves an actor: the effects of a batch once it is committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actors.decision_batch import Placed, Release
from actors.effects import CloseTopic, Forward, Publish, Refuse, Reply, Send, WakeAt
from actors.runtime import ActorRuntime
from protocol.envelope import Address, Envelope


def _reply(_runtime: ActorRuntime, _address: Address, effect: Any, envelope: Envelope) -> None:
    if envelope.reply_to is not None:
        envelope.reply_to.answer(effect.message)


def _refuse(_runtime: ActorRuntime, _address: Address, effect: Any, envelope: Envelope) -> None:
    if envelope.reply_to is not None:
        envelope.reply_to.fail(effect.error)


def _publish(runtime: ActorRuntime, _address: Address, effect: Any, _envelope: Envelope) -> None:
    runtime.fan_out.publish(effect.topic, effect.event, effect.data, volatile=effect.volatile)


def _publish_placed(
    runtime: ActorRuntime, _address: Address, placed: Any, _envelope: Envelope
) -> None:
    effect, batch, number = placed
    position = batch.first_position + number
    runtime.fan_out.publish(effect.topic, effect.event, effect.data, position=position)


def _close_topic(
    runtime: ActorRuntime, _address: Address, effect: Any, _envelope: Envelope
) -> None:
    runtime.fan_out.close_topic(effect.topic, reason=effect.reason)


def _send(runtime: ActorRuntime, _address: Address, effect: Any, _envelope: Envelope) -> None:
    runtime.send(effect.address, effect.message)


def _forward(runtime: ActorRuntime, _address: Address, effect: Any, envelope: Envelope) -> None:
    runtime.forward(effect.address, effect.message, envelope)


def _wake_at(runtime: ActorRuntime, address: Address, effect: Any, _envelope: Envelope) -> None:
    runtime.set_alarm(address, effect.name, effect.deadline)


_PERFORM: dict[type, Callable[[ActorRuntime, Address, Any, Envelope], None]] = {
    Reply: _reply,
    Refuse: _refuse,
    Publish: _publish,
    Placed: _publish_placed,
    CloseTopic: _close_topic,
    Send: _send,
    Forward: _forward,
    WakeAt: _wake_at,
}


def perform(runtime: ActorRuntime, address: Address, releases: list[Release]) -> None:
    """Perform the effects in order. One that raises is reported and does not affect the others."""
    for effect, envelope in releases:
        try:
            _PERFORM[type(effect)](runtime, address, effect, envelope)
        except Exception as error:
            runtime.effect_failed(address, effect, error)
