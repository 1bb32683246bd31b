"""The Socket.IO contract: every event, its payload and its reply.

The application takes its routes from here, and the AsyncAPI document is generated from it; a test
compares the server's events with what is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import msgspec

from gateway.realtime.host_commands import AnyCommand
from gateway.realtime.wire import (
    GivenActivity,
    GivenAnswer,
    GivenAttemptAnswer,
    GivenSignal,
    GivenSubmission,
    Join,
    OfAttempt,
    OfGame,
    OfQuiz,
    OfRoom,
    PayloadType,
    Renew,
    SaidText,
    SyncTime,
)
from protocol.assessments.attempts.progress import QuizProgress
from protocol.assessments.attempts.values import Ending
from protocol.assessments.attempts.views import (
    AnswerChanged,
    AttemptDevices,
    AttemptMessage,
    AttemptOver,
    AttemptTimed,
    AttemptView,
)
from protocol.assessments.live.publications import (
    Awaited,
    ClosesAt,
    Histogram,
    HostStatus,
    LobbyChanged,
    OwnResult,
    PutOut,
    ShownAnnouncement,
    ShownClosed,
    ShownLeaderboard,
    ShownQuestion,
    ShownReveal,
)
from protocol.assessments.live.views import HostView, PlayerView
from protocol.communication import PresenceDiff, RoomLive, RoomMessage, RoomSignal, RoomView
from protocol.recovery import SessionReset, SessionRevoked

# --- replies ------------------------------------------------------------------------------------


class Reply(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An acknowledgement without an error; the plain one says only `ok`."""

    ok: Literal[True] = True


class Joined(Reply, frozen=True, kw_only=True):
    view: PlayerView
    resume_token: str
    server_time: int
    place: str


class Hosting(Reply, frozen=True, kw_only=True):
    view: HostView
    server_time: int
    place: str


class Entered(Reply, frozen=True, kw_only=True):
    view: RoomView
    place: str


class AttemptEntered(Reply, frozen=True, kw_only=True):
    view: AttemptView
    server_time: int
    place: str


class AttemptAnswerTaken(Reply, frozen=True, kw_only=True):
    """`receipt`: see `docs/client-protocols/receipts.md`; null where no key can sign.

    `anchor`: what a chain follows, see `docs/client-protocols/sealed-answers.md`.
    """

    question_id: str
    answer_id: str
    revision: int
    saved_at: int
    anchor: str
    receipt: str | None


class AttemptSubmitted(Reply, frozen=True, kw_only=True):
    """`receipt` as of an answer."""

    ended_at: int
    ending: Ending
    revision: int
    receipt: str | None


class Watching(Reply, frozen=True, kw_only=True):
    view: QuizProgress
    server_time: int
    place: str


class AnswerTaken(Reply, frozen=True, kw_only=True):
    answer_id: str
    index: int
    received_at: int


class Steered(Reply, frozen=True, kw_only=True):
    step: int
    phase: str


class TimeTold(Reply, frozen=True, kw_only=True):
    t0: float
    server_time: int


class Renewed(Reply, frozen=True, kw_only=True):
    expires_at: int


class MessageSaid(Reply, frozen=True, kw_only=True):
    message_id: str
    offset: int


class Failure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An acknowledgement with an error, and the `data` of a refused handshake."""

    error: Literal[True] = True
    code: str
    message: str
    details: dict[str, Any]
    request_id: str
    timestamp: str


# --- events of the client -----------------------------------------------------------------------


class ClientEvent(NamedTuple):
    """An event of the client. `guests`: allowed without a token.

    `expired`: allowed after the access token has expired.
    """

    summary: str
    payload: PayloadType
    reply: type[Reply] = Reply
    guests: bool = False
    expired: bool = False


CLIENT_EVENTS: Mapping[str, ClientEvent] = {
    "live.join": ClientEvent("Enter a live quiz as a player", Join, Joined, guests=True),
    "live.leave": ClientEvent("Leave it; the player may come back", OfGame, Reply, True, True),
    "live.answer": ClientEvent("Answer the open question", GivenAnswer, AnswerTaken, True),
    "live.host": ClientEvent("Attach a host's screen", OfGame, Hosting),
    "live.command": ClientEvent("Steer the game", AnyCommand, Steered),
    "time.sync": ClientEvent("Read the server's clock", SyncTime, TimeTold, True, True),
    "auth.renew": ClientEvent("Continue with a newer token", Renew, Renewed, expired=True),
    "room.join": ClientEvent("Enter a course room", OfRoom, Entered),
    "room.leave": ClientEvent("Leave a course room", OfRoom, expired=True),
    "room.say": ClientEvent("Send a chat message to a room", SaidText, MessageSaid),
    "room.signal": ClientEvent("Signal typing and the like", GivenSignal),
    "attempt.enter": ClientEvent("Show one's own attempt at a quiz", OfAttempt, AttemptEntered),
    "attempt.leave": ClientEvent("Show it no longer", OfAttempt, expired=True),
    "attempt.answer": ClientEvent("Save an answer", GivenAttemptAnswer, AttemptAnswerTaken),
    "attempt.activity": ClientEvent("Note for the log what the page reports", GivenActivity),
    "attempt.submit": ClientEvent("End the attempt", GivenSubmission, AttemptSubmitted),
    "quiz.watch": ClientEvent("Watch how far the attempts at a quiz are", OfQuiz, Watching),
    "quiz.unwatch": ClientEvent("Watch no longer", OfQuiz, expired=True),
}


# --- events of the server -----------------------------------------------------------------------


class RoomBack(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`room.view`: a room to which the client has been returned."""

    view: RoomView
    place: str


class Part(StrEnum):
    PLAYER = "player"
    HOST = "host"


class GameBack(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """`live.view`: a game to which the client has been returned; `resume_token` is for a player."""

    role: Part
    view: PlayerView | HostView
    resume_token: str | None = None
    server_time: int
    place: str


class AttemptBack(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`attempt.view`: an attempt to which the client has been returned."""

    view: AttemptView
    server_time: int
    place: str


class WatchingBack(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`quiz.view`: a quiz that the client watches again."""

    view: QuizProgress
    server_time: int
    place: str


class ServerEvent(NamedTuple):
    """`durable`: carries its place as a second argument. `volatile`: may be dropped."""

    summary: str
    data: type[msgspec.Struct]
    to: str
    durable: bool = False
    volatile: bool = False


GAME, PLAYER, HOSTS = "everybody in the game", "one player", "the hosts of the game"
ATTEMPT, WATCHERS = "the devices that show the attempt", "whoever watches the quiz"
ROOM, CONNECTION = "everybody in the room", "one connection"

SERVER_EVENTS: Mapping[str, ServerEvent] = {
    "live.lobby": ServerEvent("Who is there", LobbyChanged, GAME, volatile=True),
    "live.announced": ServerEvent("A question opens soon", ShownAnnouncement, GAME, durable=True),
    "live.question": ServerEvent("A question has opened", ShownQuestion, GAME, durable=True),
    "live.time": ServerEvent(
        "The deadline has moved, or the clock is paused; if for one player alone, without a place",
        ClosesAt,
        GAME,
        durable=True,
    ),
    "live.closed": ServerEvent("No more answers", ShownClosed, GAME, durable=True),
    "live.reveal": ServerEvent("The right answer", ShownReveal, GAME, durable=True),
    "live.result": ServerEvent("Own points, score and rank", OwnResult, PLAYER),
    "live.leaderboard": ServerEvent("The top of the board", ShownLeaderboard, GAME, durable=True),
    "live.finished": ServerEvent("The final board", ShownLeaderboard, GAME, durable=True),
    "live.host": ServerEvent("The host left, came back or changed", HostStatus, GAME),
    "live.histogram": ServerEvent("How many chose which answer", Histogram, HOSTS, volatile=True),
    "live.awaited": ServerEvent("Whom the question waits for", Awaited, HOSTS, volatile=True),
    "live.put_out": ServerEvent("The player was kicked, or banned for good", PutOut, PLAYER),
    "live.view": ServerEvent("The state of a game, after coming back", GameBack, CONNECTION),
    "room.message": ServerEvent("A chat message", RoomMessage, ROOM, durable=True),
    "room.presence": ServerEvent("Who joined and left", PresenceDiff, ROOM),
    "room.live": ServerEvent("A live quiz has opened, started or ended", RoomLive, ROOM),
    "room.signal": ServerEvent("Typing and the like", RoomSignal, ROOM, volatile=True),
    "room.view": ServerEvent("The state of a room, after coming back", RoomBack, CONNECTION),
    "attempt.answer": ServerEvent("A device has saved an answer", AnswerChanged, ATTEMPT),
    "attempt.timed": ServerEvent("The deadline has moved, or it goes on", AttemptTimed, ATTEMPT),
    "attempt.over": ServerEvent("Nothing more is taken", AttemptOver, ATTEMPT),
    "attempt.message": ServerEvent("A teacher says something", AttemptMessage, ATTEMPT),
    "attempt.devices": ServerEvent("Another device came or went", AttemptDevices, ATTEMPT),
    "attempt.view": ServerEvent("The attempt, after coming back", AttemptBack, CONNECTION),
    "quiz.progress": ServerEvent("Attempts that have changed", QuizProgress, WATCHERS),
    "quiz.view": ServerEvent("All attempts, after coming back", WatchingBack, CONNECTION),
    "session.reset": ServerEvent("Not recovered: enter again", SessionReset, CONNECTION),
    "session.revoked": ServerEvent("Removed, because a right was lost", SessionRevoked, CONNECTION),
}
