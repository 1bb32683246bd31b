"""Staff that watches how far the attempts at a quiz are: `quiz.watch` and `quiz.unwatch`.

Whoever watches is nobody to the actor that gathers, so there is nothing to tell it at the end.
"""

from __future__ import annotations

from functools import partial

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.exchange import Exchange
from gateway.realtime.replies import Ack
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import OfQuiz
from protocol import topics
from protocol.access import Identity
from protocol.assessments.attempts.progress import WATCH, QuizProgress, ShowQuizProgress
from protocol.assessments.attempts.staff import MayWatchQuiz, QuizWatched
from protocol.assessments.live.entry import HANDLER
from protocol.envelope import Address
from protocol.topics import place_of


class Watchers:
    """Handlers of `quiz.*`. Each ends in exactly one acknowledgement."""

    def __init__(self, saver: SessionSaver) -> None:
        self._saver = saver

    def watch(self, exchange: Exchange, payload: OfQuiz) -> None:
        """`quiz.watch`: all attempts as they are, and from now on what changes."""
        context = exchange.context
        context.require_space(len(context.watching.keys() - {payload.quiz_id}), MAX_GAMES)
        exchange.ask(
            HANDLER,
            may_watch(context.require_user(), payload.quiz_id),
            QuizWatched,
            partial(self._may_watch, exchange),
        )

    def _may_watch(self, exchange: Exchange, found: QuizWatched) -> None:
        if exchange.context.closed:
            return
        exchange.ask(
            Address(WATCH, found.quiz_id),
            ShowQuizProgress(),
            QuizProgress,
            partial(self._watched, exchange, found),
        )

    def _watched(self, exchange: Exchange, found: QuizWatched, view: QuizProgress) -> None:
        context, socket = exchange.context, exchange.socket
        if context.closed:
            return
        context.require_space(len(context.watching.keys() - {found.quiz_id}), MAX_GAMES)
        reply = self.take_in(socket, found, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def take_in(self, socket: Socket, found: QuizWatched, view: QuizProgress) -> Ack:
        """The socket may watch: subscribe it."""
        socket.context.watching[found.quiz_id] = found.course_id
        socket.join(topics.quiz_staff(found.quiz_id))
        return {"view": view}

    def unwatch(self, exchange: Exchange, payload: OfQuiz) -> None:
        """`quiz.unwatch`. Whoever does not watch leaves nothing."""
        if payload.quiz_id not in exchange.context.watching:
            exchange.ok()
            return
        self.put_out(exchange.socket, payload.quiz_id)
        self._saver.left(exchange)

    def put_out(self, socket: Socket, quiz_id: str) -> None:
        """The socket watches no longer."""
        context: Context = socket.context
        context.watching.pop(quiz_id, None)
        socket.leave(topics.quiz_staff(quiz_id))


def may_watch(identity: Identity, quiz_id: str) -> MayWatchQuiz:
    """The question whether this user may."""
    return MayWatchQuiz(user_id=identity.user_id, role=identity.role, quiz_id=quiz_id)
