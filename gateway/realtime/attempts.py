"""The devices of a student who takes a quiz: entering an attempt, answering, submitting.

Entering asks first whether the quiz may be taken from this address. Then it is atomic as in games:
the attempt's view arrives in one callback, and in that same callback the socket enters the topic
and the acknowledgement leaves. To answer, nobody need have entered: a client that comes back sends
at once what was not acknowledged, and the address is asked then. Whose attempt it is, the attempt
itself knows.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from gateway.realtime.context import MAX_GAMES, Context, Socket
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.replies import Ack
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import (
    GivenActivity,
    GivenAttemptAnswer,
    GivenSubmission,
    OfAttempt,
    check_answer,
)
from protocol import topics
from protocol.assessments.access import CheckAttemptNetwork
from protocol.assessments.attempts.commands import (
    KIND,
    EnterAttempt,
    LeaveAttempt,
    NoteActivity,
    SaveAnswer,
    SubmitAttempt,
)
from protocol.assessments.attempts.receipts import answer_receipt, submission_receipt
from protocol.assessments.attempts.views import AnswerSaved, AttemptHandedIn, AttemptView
from protocol.assessments.live.entry import HANDLER
from protocol.envelope import Address, Message
from protocol.errors import StoaError
from protocol.lifecycle import Done
from protocol.signing import Signer
from protocol.topics import place_of


class Attempts:
    """Handlers of the `attempt.*` events. Each ends in exactly one acknowledgement."""

    def __init__(self, notices: DisconnectNotices, saver: SessionSaver, signer: Signer) -> None:
        self._notices = notices
        self._saver = saver
        self._signer = signer

    # --- entering ---------------------------------------------------------------------------------

    def enter(self, exchange: Exchange, payload: OfAttempt) -> None:
        """`attempt.enter`: the whole state, and from now on what changes."""
        context, attempt = exchange.context, payload.submission_id
        context.require_space(len(context.attempts.keys() - {attempt}), MAX_GAMES)
        where = network_of(exchange.socket, attempt)
        exchange.ask(HANDLER, where, Done, lambda _: self._enter(exchange, attempt))

    def _enter(self, exchange: Exchange, attempt: str) -> None:
        exchange.ask(
            Address(KIND, attempt),
            enter_of(exchange.context),
            AttemptView,
            partial(self._entered, exchange, attempt),
            on_refusal=partial(self._not_entered, exchange, attempt),
        )

    def _entered(self, exchange: Exchange, attempt: str, view: AttemptView) -> None:
        context, socket = exchange.context, exchange.socket
        if context.closed:
            self.say_leave(socket, attempt)
            return
        reply = self.take_in(socket, attempt, view)
        place = place_of(socket.position)
        self._saver.entered(exchange, {**reply, "serverTime": exchange.now(), "place": place})

    def _not_entered(self, exchange: Exchange, attempt: str, error: StoaError) -> None:
        """Refused, or the outcome is unknown and the attempt may count this device."""
        if error.retryable and attempt not in exchange.context.attempts:
            self.say_leave(exchange.socket, attempt)
        exchange.refuse(error)

    def take_in(self, socket: Socket, attempt: str, view: AttemptView) -> Ack:
        """The attempt has admitted this socket: subscribe it."""
        socket.context.attempts[attempt] = None
        socket.join(topics.attempt(attempt))
        return {"view": view}

    # --- taking -----------------------------------------------------------------------------------

    def answer(self, exchange: Exchange, payload: GivenAttemptAnswer) -> None:
        """`attempt.answer`: one message, acknowledged when it is durable."""
        answer = payload.answer
        save = SaveAnswer(
            **_from(exchange, payload),
            question_id=payload.question_id,
            answer=None if answer is None else check_answer(answer),
            answer_id=payload.answer_id,
            expected_revision=payload.expected_revision,
            received_at=exchange.received_at,
        )
        if payload.submission_id in exchange.context.attempts:
            self._save(exchange, payload.submission_id, save)
            return
        where = network_of(exchange.socket, payload.submission_id)
        then = partial(self._save, exchange, payload.submission_id, save)
        exchange.ask(HANDLER, where, Done, lambda _: then())

    def _save(self, exchange: Exchange, attempt: str, save: SaveAnswer) -> None:
        exchange.ask(Address(KIND, attempt), save, AnswerSaved, partial(self._saved, exchange))

    def _saved(self, exchange: Exchange, saved: AnswerSaved) -> None:
        exchange.ok(
            {
                "questionId": saved.question_id,
                "answerId": saved.answer_id,
                "revision": saved.revision,
                "savedAt": saved.saved_at,
                "anchor": saved.anchor,
                "receipt": answer_receipt(self._signer, saved.submission_id, saved.kept),
            }
        )

    def activity(self, exchange: Exchange, payload: GivenActivity) -> None:
        """`attempt.activity`: for the log alone."""
        note = NoteActivity(
            **_from(exchange, payload),
            activity=payload.activity,
            question_id=payload.question_id,
        )
        exchange.ask(Address(KIND, payload.submission_id), note, Message, lambda _: exchange.ok())

    def submit(self, exchange: Exchange, payload: GivenSubmission) -> None:
        """`attempt.submit`: marks follow, and are read elsewhere."""
        submit = SubmitAttempt(
            **_from(exchange, payload),
            revision=payload.revision,
            received_at=exchange.received_at,
        )
        exchange.ask(
            Address(KIND, payload.submission_id),
            submit,
            AttemptHandedIn,
            partial(self._handed_in, exchange),
        )

    def _handed_in(self, exchange: Exchange, over: AttemptHandedIn) -> None:
        exchange.ok(
            {
                "endedAt": over.ended_at,
                "ending": over.ending,
                "revision": over.revision,
                "receipt": submission_receipt(self._signer, over),
            }
        )

    # --- leaving ----------------------------------------------------------------------------------

    def leave(self, exchange: Exchange, payload: OfAttempt) -> None:
        """`attempt.leave`. Whoever has not entered leaves nothing."""
        context, attempt = exchange.context, payload.submission_id
        if attempt not in context.attempts:
            exchange.ok()
            return
        self._forget(exchange.socket, attempt)
        self.say_leave(exchange.socket, attempt)
        self._saver.left(exchange)

    def _forget(self, socket: Socket, attempt: str) -> None:
        socket.context.attempts.pop(attempt, None)
        socket.leave(topics.attempt(attempt))

    def disconnect(self, socket: Socket) -> None:
        """Tell every attempt that showed on this socket that it is gone."""
        for attempt in socket.context.attempts:
            self.say_leave(socket, attempt)

    def say_leave(self, socket: Socket, attempt: str) -> None:
        """Tell the attempt that this socket shows it no longer."""
        context: Context = socket.context
        message = LeaveAttempt(
            by=context.require_user().user_id,
            connection_id=context.connection_id,
            seen_at=socket.heard_at,
        )
        self._notices.say(Address(KIND, attempt), message)


def network_of(socket: Socket, attempt: str) -> CheckAttemptNetwork:
    """The question whether that attempt may be taken from where the socket is."""
    user_id = socket.context.require_user().user_id
    return CheckAttemptNetwork(user_id=user_id, submission_id=attempt, remote=socket.remote)


def enter_of(context: Context) -> EnterAttempt:
    """The message that asks an attempt to count this device."""
    user_id = context.require_user().user_id
    return EnterAttempt(by=user_id, connection_id=context.connection_id)


def _from(exchange: Exchange, payload: OfAttempt) -> dict[str, Any]:
    """Who sends it, over which device if that has entered."""
    context = exchange.context
    entered = payload.submission_id in context.attempts
    return {
        "by": context.require_user().user_id,
        "connection_id": context.connection_id if entered else "",
    }
