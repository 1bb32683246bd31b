"""Delivery of messages by address: to an actor, opening it if necessary, or to a handler.

Delivery to other nodes will be added here. Every request is answered once in any case: by its
receiver, at its deadline, or with the error that kept it from arriving.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import trio

from actors.handler import HandlerRunner
from protocol.envelope import Address, Envelope, Message, ReplyTo
from protocol.errors import ActorStopped, StoaError
from protocol.tracing import CURRENT
from supervisors.command_log import CommandLog
from supervisors.deadlines import Asker, Deadlines, Pending
from supervisors.hosting import Hosting


class Stage(Enum):
    """What is delivered."""

    STOPPED = "stopped"
    """Nothing."""
    RUNNING = "running"
    DRAINING = "draining"
    """Handlers refuse; actors still accept, for handlers that are running."""
    STOPPING = "stopping"
    """Nothing new is accepted; actors finish waiting messages."""


class LocalDelivery:
    """`protocol.ports.Post` among the actors of `hosting` and the `handlers` of this node."""

    def __init__(self, hosting: Hosting, commands: CommandLog | None = None) -> None:
        self.stage = Stage.STOPPED
        self._now = trio.lowlevel.current_clock().current_time  # `trio.current_time` in one call
        self.handlers: dict[str, HandlerRunner] = {}
        self.deadlines = Deadlines()
        self._hosting = hosting
        self._live = hosting.live
        self._commands = commands
        self._quiet = frozenset() if commands is None else commands.quiet

    @property
    def stage(self) -> Stage:
        """What is delivered now."""
        return self._stage

    @stage.setter
    def stage(self, stage: Stage) -> None:
        self._stage = stage
        self._refuses = stage in (Stage.STOPPED, Stage.STOPPING)  # read for every message

    # --- Post ------------------------------------------------------------------------------------

    def tell(self, address: Address, message: Message) -> None:
        """Deliver without an answer. Raises `MailboxFull`, `Overloaded`, `ActorStopped`."""
        self._deliver(address, Envelope(message, None, None, self._now(), CURRENT.get()))

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        """Deliver; the answer or the error comes to `reply_to`, once."""
        now = self._now()
        pending = self.deadlines.watch(reply_to, now + timeout_seconds)
        self._ask(address, message, pending, now, now + timeout_seconds)

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        """Deliver and wait for the reply. Raises the receiver's error or `DeadlineExceeded`."""
        now = self._now()
        asker = Asker()
        pending = self.deadlines.watch(asker, now + timeout_seconds)
        self._ask(address, message, pending, now, now + timeout_seconds)
        try:
            return await asker.wait()
        finally:
            pending.withdraw()

    def _ask(
        self, address: Address, message: Message, pending: Pending, now: float, deadline: float
    ) -> None:
        """Deliver, and have the outcome written down even if nobody waits for it any more."""
        reply_to: ReplyTo = pending
        if self._commands is not None and type(message) not in self._quiet:
            reply_to = self._commands.observed(address, message, pending)
        try:
            self._deliver(address, Envelope(message, reply_to, deadline, now, CURRENT.get()))
        except StoaError as error:
            reply_to.fail(error)

    # --- from inside -----------------------------------------------------------------------------

    def send(self, address: Address, message: Message) -> None:
        """Tell from an actor: also accepted while actors finish their messages."""
        if self.stage is Stage.STOPPED:
            raise ActorStopped(address)
        self._put(address, Envelope(message, None, None, self._now(), CURRENT.get()))

    def forward(self, address: Address, message: Message, envelope: Envelope) -> None:
        """Deliver with the asker and deadline of `envelope`; its caller gets any error."""
        reply_to = envelope.reply_to
        if reply_to is None:
            self.send(address, message)
            return
        try:
            if self.stage is Stage.STOPPED:
                raise ActorStopped(address)
            request = envelope.request
            forwarded = Envelope(message, reply_to, envelope.deadline, self._now(), request)
            self._put(address, forwarded)
        except StoaError as error:
            reply_to.fail(error)

    def stop(self, error: StoaError) -> None:
        """Stop delivering, and fail all pending requests."""
        self.stage = Stage.STOPPED
        for handler in self.handlers.values():
            handler.fail_queued(ActorStopped(handler.handler.kind))
        self.deadlines.fail_all(error)

    def _deliver(self, address: Address, envelope: Envelope) -> None:
        if self._refuses:
            raise ActorStopped(address)
        runner = self._live.get(address)
        if runner is None:
            self._put(address, envelope)
        elif not runner.mailbox.put_nowait(envelope):
            raise self._hosting.mailbox_full(address)

    def _put(self, address: Address, envelope: Envelope) -> None:
        runner = self._live.get(address)
        if runner is None:
            handler = self.handlers.get(address.kind)
            if handler is not None:
                if self.stage is not Stage.RUNNING:
                    raise ActorStopped(address)
                handler.deliver(envelope)
                return
            runner = self._hosting.open(address)
        if not runner.mailbox.put_nowait(envelope):
            raise self._hosting.mailbox_full(address)
