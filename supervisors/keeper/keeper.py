"""The keeper's loop: it waits for signals, for its children's lines and for the time to restart.

Synchronous and in one thread, because it forks. What to do when a child ends is `policy`'s.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from supervisors.keeper import manager
from supervisors.keeper.handover import Handover, LivingChild, become_new
from supervisors.keeper.line import EnginesState, Message, Ready
from supervisors.keeper.listeners import Listeners
from supervisors.keeper.policy import End, Exit, History
from supervisors.keeper.process import HANDLED, Body, Process, fork
from supervisors.keeper.signals import Signals
from supervisors.log_sampling import LogSampler, write_summaries

KILLED = 128
"""Added to a signal's number, as shells do, when it is the keeper's own exit status."""
STOPPING = (signal.SIGINT, signal.SIGTERM)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Role:
    """A child that is to run, whether it does at the moment or not. `due`: when to start it."""

    name: str
    body: Body
    process: Process | None = None
    history: History = field(default_factory=History)
    due: float | None = None


class Keeper:
    """Keeps a server running on `listeners`, and the engines beneath it if there are any.

    `server` makes the server's body; it is told whether an earlier one of this installation has
    been ready. `warm` loads what the server needs; it is called once, when the engines are on
    their way. `check` is a command that exits with 0 if the program as it is installed now can be
    started. `sampler` counts repeated lines of the log: the keeper writes its summaries.
    """

    def __init__(
        self,
        listeners: Listeners,
        *,
        server: Callable[[bool], Body],
        engines: Body | None,
        warm: Callable[[], None],
        check: list[str],
        sampler: LogSampler,
    ) -> None:
        self._listeners = listeners
        self._server = Role("server", lambda line: server(self._server.history.served)(line))
        self._engines = None if engines is None else Role("engines", engines)
        self._engines_state = EnginesState(ready=engines is None, urls={})
        self._warm = warm
        self._check_command = check
        self._sampler = sampler
        self._checking: subprocess.Popen[bytes] | None = None
        self._replacing = False
        self._reload_waits = False
        self._status: int | None = None
        self._stops = 0
        self._attended = _has_terminal()
        self._selector = selectors.DefaultSelector()
        self._signals = Signals(HANDLED)
        self._selector.register(self._signals, selectors.EVENT_READ)

    def adopt(self, left: Handover) -> None:
        """Take over the children that a former program in this process has left."""
        self._engines_state = left.engines_state
        for role, child in ((self._server, left.server), (self._engines, left.engines)):
            if role is not None and child is not None:
                role.process = child.adopt()
                self._selector.register(role.process.line, selectors.EVENT_READ, role)
            if role is not None:
                served = role.name in left.served or (child is not None and child.ready)
                role.history = History(served=served)
        self._replacing = self._server.process is not None

    def run(self) -> int:
        """Keep until told to stop, or until a first start is refused; returns the exit status."""
        for begin in (self._begin_engines, self._warm, self._begin_server):
            self._attend_to_signals()
            if self._status is None:
                begin()
        self._reap()  # the signals that told of them have been attended to
        while self._status is None or any(role.process for role in self._roles()):
            self._turn()
        write_summaries(self._sampler, all_of_them=True)
        return self._status

    def _begin_engines(self) -> None:
        if self._engines is not None and self._engines.process is None:
            self._start(self._engines)

    def _begin_server(self) -> None:
        if self._server.process is None:
            self._start(self._server)
        else:
            self._server.process.send(signal.SIGHUP)

    def _roles(self) -> list[Role]:
        return [role for role in (self._server, self._engines) if role is not None]

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._seconds()):
            if key.data is None:
                self._attend_to_signals()
            else:
                self._hear(key.data)
        self._reap()
        if self._status is None:
            for role in self._roles():
                if role.due is not None and role.due <= time.monotonic():
                    self._start(role)
        write_summaries(self._sampler)

    def _attend_to_signals(self) -> None:
        for number in self._signals.arrived():
            self._signalled(number)

    def _seconds(self) -> float | None:
        """How long to wait for anybody at most; None for as long as it takes."""
        now, waits = time.monotonic(), []
        if self._status is None:
            waits = [role.due - now for role in self._roles() if role.due is not None]
        if (summaries := self._sampler.due_in()) is not None:
            waits.append(summaries)
        return max(0.0, min(waits)) if waits else None

    # --- children --------------------------------------------------------------------------------

    def _start(self, role: Role) -> None:
        role.due = None
        role.process = fork(f"stoa {role.name}", role.body, lambda: self._keep_out(role))
        self._selector.register(role.process.line, selectors.EVENT_READ, role)
        if role is self._server:
            role.process.line.tell(self._engines_state)

    def _keep_out(self, child: Role) -> None:
        """In a child: close what is the keeper's alone. The listeners are the server's, too."""
        if child is not self._server:
            for listener in self._listeners:
                listener.close()
        for role in self._roles():
            if role.process is not None:
                role.process.line.close()
        self._signals.close()
        self._selector.close()
        self._sampler.begin_anew()

    def _hear(self, role: Role) -> None:
        assert role.process is not None
        try:
            message = role.process.line.read()
        except BlockingIOError:
            return
        if message is None:
            self._selector.unregister(role.process.line)
        else:
            self._take(role, message)

    def _take(self, role: Role, message: Message) -> None:
        if isinstance(message, Ready):
            self._served(role)
            if self._status is None:
                manager.ready()
        else:
            self._engines_state = message
            if message.ready:
                self._served(role)
            if self._server.process is not None:
                self._server.process.line.tell(message)

    def _served(self, role: Role) -> None:
        assert role.process is not None
        role.process.ready = True
        role.history = History(role.history.failures, served=True)

    def _reap(self) -> None:
        for role in self._roles():
            if role.process is not None and (status := role.process.reap()) is not None:
                self._ended(role, role.process, status)
        if self._checking is not None and (status := self._checking.poll()) is not None:
            self._checking = None
            self._checked(status)

    def _ended(self, role: Role, process: Process, status: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while (message := process.line.read()) is not None:
                self._take(role, message)
        with contextlib.suppress(KeyError):
            self._selector.unregister(process.line)
        process.line.close()
        role.process = None
        if self._status is not None:
            self._next_stop(role, status)
        elif role is self._server and self._replacing:
            self._replacing = False
            role.history = History(served=role.history.served)
            self._start(role)
            self._reload_if_waiting()
        else:
            self._fallen(role, Exit(status, process.ready, time.monotonic() - process.began))

    def _fallen(self, role: Role, exit: Exit) -> None:
        """A child ended by itself: start it again, or end with it."""
        if role is self._engines:
            self._engines_state = EnginesState(ready=False, urls=self._engines_state.urls)
        role.history, what = role.history.after(exit)
        if isinstance(what, End):
            self._stop(what.status)
            return
        role.due = time.monotonic() + what.seconds
        log.warning(
            "keeper.child_ended",
            child=role.name,
            status=exit.status,
            lived_seconds=round(exit.lived, 1),
            restart_in_seconds=what.seconds,
        )

    # --- stopping --------------------------------------------------------------------------------

    def _stop(self, status: int) -> None:
        """End with `status`, or with the server's if that lives: first the server, then engines."""
        self._status = status
        self._listeners.public.close()  # the server drains; who comes now has to go elsewhere
        manager.stopping()
        first = next((role for role in self._roles() if role.process is not None), None)
        if first is not None and first.process is not None:
            first.process.send(signal.SIGTERM)

    def _next_stop(self, role: Role, status: int) -> None:
        """A child has ended while everything stops."""
        if role is not self._server:
            return
        if self._stops and status != -signal.SIGTERM:  # that one had not begun to listen to it
            self._status = status if status >= 0 else KILLED - status
        if self._engines is not None and self._engines.process is not None:
            self._engines.process.send(signal.SIGTERM)

    def _signalled(self, number: signal.Signals) -> None:
        if number == signal.SIGHUP and self._terminal_gone():
            number = signal.SIGTERM
        if number in STOPPING:
            self._stops += 1
            if self._status is None:
                self._stop(0)
            elif self._stops > 1:
                for role in self._roles():
                    if role.process is not None:
                        role.process.send(number)
        elif number == signal.SIGHUP and self._status is None:
            self._reload()

    def _terminal_gone(self) -> bool:
        """A terminal that is closed sends SIGHUP, too; a server in it has to stop with it."""
        return self._attended and not sys.stdin.isatty()

    # --- reloading -------------------------------------------------------------------------------

    def _reload(self) -> None:
        """Begin to reload, or remember it: what is installed now may be newer than what is read."""
        if self._replacing or self._checking is not None:
            self._reload_waits = True
            log.info("keeper.reload_waits")
            return
        manager.reloading()
        self._check()

    def _reload_if_waiting(self) -> bool:
        """Whether another reload was asked for during this one; it has begun then."""
        waited, self._reload_waits = self._reload_waits, False
        if waited:
            self._reload()
        return waited

    def _check(self) -> None:
        """Begin to learn whether the installed program can be started."""
        try:
            self._checking = subprocess.Popen(self._check_command)  # noqa: S603 - ourselves
        except OSError as error:  # the interpreter is being replaced, or no process can be made
            self._refuse_reload(error=str(error))

    def _refuse_reload(self, **why: object) -> None:
        log.error("keeper.reload_refused", **why)
        if self._server.history.served:
            manager.ready()

    def _checked(self, status: int) -> None:
        """The installed program can be started, or not."""
        if self._status is not None or self._reload_if_waiting():
            return
        if status != 0:
            self._refuse_reload(status=status)
            return
        # Nothing may be lost between the two programs: signals wait until the new one handles them.
        signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
        write_summaries(self._sampler, all_of_them=True)
        try:
            become_new(self._handover())
        except OSError as error:  # the interpreter is gone since, or the system has no memory
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
            self._refuse_reload(error=str(error))

    def _handover(self) -> Handover:
        children = {
            role.name: LivingChild.of(role.process) for role in self._roles() if role.process
        }
        return Handover(
            keeper=os.getpid(),
            public=self._listeners.public.fileno(),
            operators=self._listeners.operators.fileno(),
            server=children.get("server"),
            engines=children.get("engines"),
            engines_state=self._engines_state,
            served=tuple(role.name for role in self._roles() if role.history.served),
        )


def _has_terminal() -> bool:
    """Whether somebody sits at standard input, or did: a terminal that is closed answers EIO."""
    try:
        termios.tcgetattr(0)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return True
