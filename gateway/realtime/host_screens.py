"""The sockets of the hosts of each game, and whether a host is there.

A screen counts from the moment its game is asked to attach it, so that whoever looks misses none
that the game may already know.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from gateway.realtime.context import Context, Socket
from gateway.realtime.timing import Later, Timer
from protocol.errors import Overloaded

ANSWER_SECONDS: Final = 3.0
"""For the echo of a ping: a slow mobile network needs one, a page that is asleep gives none."""
MAX_ASKERS: Final = 32
"""Who wait for one host's answer; the other teachers of a course are a few."""


class Asker(Protocol):
    """Who wants to know whether a host is there. One of the two is called, once."""

    def host_is_there(self) -> None: ...

    def host_is_silent(self, asked: Collection[str]) -> None:
        """Nobody answered in time. `asked` are the connections that did not."""


class _Question:
    """One host's screens were asked whether they are there."""

    __slots__ = ("asked", "askers", "timer")

    def __init__(self, timer: Timer, asked: frozenset[str], asker: Asker) -> None:
        self.timer = timer
        self.asked = asked
        self.askers = [asker]

    def join(self, asker: Asker) -> None:
        if len(self.askers) >= MAX_ASKERS:
            raise Overloaded("Too many want this game at once; try again")
        self.askers.append(asker)


class HostScreens:
    """Which sockets host which games. Nothing waits."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self._screens: dict[str, dict[str, Socket]] = {}
        """By game and connection."""
        self._questions: dict[tuple[str, str], _Question] = {}
        """Those without an answer so far, by game and host."""

    def add(self, game: str, socket: Socket) -> None:
        """The socket is, or may soon be, a screen of the game."""
        self._screens.setdefault(game, {})[socket.context.connection_id] = socket

    def discard(self, game: str, context: Context) -> None:
        """The socket is no screen of the game."""
        screens = self._screens.get(game, {})
        screens.pop(context.connection_id, None)
        if not screens:
            self._screens.pop(game, None)

    def of(self, game: str, user_id: str) -> dict[str, Socket]:
        """This user's screens of the game, by connection."""
        screens = self._screens.get(game, {}).items()
        return {one: s for one, s in screens if s.context.identity.user_id == user_id}

    def heard(self, game: str, user_id: str) -> None:
        """This host has just attached a screen, given a command or answered: he is there."""
        question = self._questions.pop((game, user_id), None)
        if question is not None:
            question.timer.cancel()
            for asker in question.askers:
                asker.host_is_there()

    def ask(self, game: str, host_id: str, asker: Asker) -> None:
        """Ask all screens of a host; any sign of him within `ANSWER_SECONDS` is an answer.

        Who asks while another waits gets the same answer. The end of a connection is none: its
        page may be coming back. Raises `Overloaded`.
        """
        question = self._questions.get((game, host_id))
        if question is not None:
            question.join(asker)
            return
        screens = self.of(game, host_id)
        if not screens:
            asker.host_is_silent(())
            return

        def told(alive: bool) -> None:
            if alive and self._questions.get((game, host_id)) is question:
                self.heard(game, host_id)

        timer = self._later(ANSWER_SECONDS, lambda: self._time_is_up(game, host_id))
        question = _Question(timer, frozenset(screens), asker)
        self._questions[game, host_id] = question
        try:
            for screen in screens.values():
                screen.ask_alive(ANSWER_SECONDS, told)
        except Overloaded:
            timer.cancel()
            self._questions.pop((game, host_id), None)
            raise

    def _time_is_up(self, game: str, host_id: str) -> None:
        """He is there all the same if a screen is just being attached."""
        question = self._questions.get((game, host_id))
        if question is None:
            return
        if self.of(game, host_id).keys() - question.asked:
            self.heard(game, host_id)
            return
        del self._questions[game, host_id]
        for asker in question.askers:
            asker.host_is_silent(question.asked)
