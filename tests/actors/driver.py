"""Runs a machine without a runtime: what a runner does, with a list for every kind of effect."""

from __future__ import annotations

from typing import Any

import msgspec

from actors.effects import (
    Announce,
    CloseTopic,
    Effect,
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
from protocol.envelope import Message
from protocol.errors import StoaError
from protocol.lifecycle import Activated, Reminded

encode = msgspec.json.encode


class Driver:
    """One actor. `strict` checks that `decide` leaves the state as it was."""

    def __init__(self, machine: Any, key: str, *, now: int = 1_000_000, strict: bool = False):
        self.machine = machine
        self.key = key
        self.now = now
        self.strict = strict
        self.state = machine.initial(key)
        self.journal: list[bytes] = []
        self.published: list[Publish] = []
        self.closed_topics: list[CloseTopic] = []
        self.records: list[Message] = []
        self.announced: list[Message] = []
        self.sent: list[Send] = []
        self.forwarded: list[Forward] = []
        self.alarms: dict[str, WakeAt] = {}
        self.passivated = False
        self.replies: list[Message | StoaError] = []

    def do(self, command: Message) -> Any:
        """Deliver a command; its reply is returned, its refusal raised."""
        before = encode(self.state) if self.strict else b""
        effects = self.machine.decide(self.state, command, self.now)
        if self.strict:
            assert encode(self.state) == before, "decide changed the state"
        reply: Any = None
        for effect in effects:
            answer = self._perform(effect)
            if answer is not None:
                assert reply is None, "two answers to one command"
                reply = answer
        if isinstance(reply, StoaError):
            assert {type(each) for each in effects} <= {Refuse, Passivate}, "it does nothing else"
            raise reply
        return reply

    def _perform(self, effect: Effect) -> Message | StoaError | None:
        match effect:
            case Reply(message=message):
                return message
            case Refuse(error=error):
                return error
            case Persist(events=events):
                for event in events:
                    self.journal.append(encode(event))
                    self.state = self.machine.evolve(self.state, event)
            case Volatile(event=event):
                self.state = self.machine.evolve(self.state, event)
            case WakeAt():
                self._set_alarm(effect)
            case _:
                self._collect(effect)
        return None

    def _set_alarm(self, alarm: WakeAt) -> None:
        self.alarms.pop(alarm.name, None)
        if alarm.deadline is not None:
            self.alarms[alarm.name] = alarm

    def _collect(self, effect: Effect) -> None:
        match effect:
            case Publish():
                self.published.append(effect)
            case CloseTopic():
                self.closed_topics.append(effect)
            case SaveRecord(record=record):
                self.records.append(record)
            case Announce(event=event):
                self.announced.append(event)
            case Send():
                self.sent.append(effect)
            case Forward():
                self.forwarded.append(effect)
            case Passivate():
                self.passivated = True

    def pass_time(self, ms: int) -> None:
        """Let time go by, delivering each alarm when it is due."""
        until = self.now + ms
        for _ in range(10_000):
            due = [a for a in self.alarms.values() if (a.deadline or 0) <= until]
            if not due:
                self.now = until
                return
            alarm = min(due, key=lambda a: a.deadline or 0)
            self.now = max(self.now, alarm.deadline or 0)
            self.wake(alarm.name)
        raise AssertionError("alarms without end")

    def wake(self, name: str) -> None:
        """Deliver one alarm that is set."""
        alarm = self.alarms.pop(name)
        assert alarm.deadline is not None
        assert self.do(Reminded(name=name, due_at=alarm.deadline)) is None

    def events(self, upto: int | None = None) -> list[Any]:
        """The journal, decoded from its JSON."""
        decoder = msgspec.json.Decoder(self.machine.event_types)
        return [decoder.decode(event) for event in self.journal[:upto]]

    def replayed(self, snapshot_at: int = 0) -> Any:
        """The state from a snapshot after so many events, and the events that follow."""
        events = self.events()
        state = self.machine.initial(self.key)
        for event in events[:snapshot_at]:
            state = self.machine.evolve(state, event)
        if snapshot_at:
            state = msgspec.json.decode(encode(state), type=self.machine.state_type)
        for event in events[snapshot_at:]:
            state = self.machine.evolve(state, event)
        return state

    def restart(self, *, down_ms: int = 0, late_ms: int = 0, snapshot_at: int = 0) -> None:
        """The process dies and comes back: memory and volatile alarms are gone.

        The actor itself comes back so much later than the process.
        """
        self.now += down_ms
        back_at = self.now if down_ms else 0
        self.now += late_ms
        self.state = self.replayed(snapshot_at)
        self.alarms = {name: alarm for name, alarm in self.alarms.items() if alarm.durable}
        missed = down_ms + late_ms if down_ms else 0
        self.do(Activated(down_ms=missed, back_at=back_at))
