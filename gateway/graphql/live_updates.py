"""A live quiz in the schema as it goes on: what everybody in the game may see, and no more.

It follows the topic of all players. What the hosts see, and what one player alone is told, is on
other topics; of the answer key nothing is said before the reveal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.graphql.domain import (
    Arguments,
    Composed,
    Domain,
    Feed,
    Given,
    Listed,
    Payload,
    ReadBack,
    Right,
    View,
)
from gateway.graphql.scalars import iso
from protocol import topics
from protocol.assessments.live.commands import KIND, FindLiveQuiz, LiveQuizFound, ViewGame
from protocol.assessments.live.publications import (
    ClosesAt,
    HostStatus,
    LobbyChanged,
    ShownClosed,
    ShownLeaderboard,
    ShownOption,
    ShownQuestion,
    ShownReveal,
    Standing,
)
from protocol.assessments.live.views import GameView
from protocol.envelope import Address
from protocol.errors import AuthorizationError
from protocol.ports import Identity
from protocol.users import Role

HANDLER = Address("assessments", "")

SDL = '''
"""
One event of a live quiz: `event` says which of the members is set. An update whose `step` is below
one that was seen is out of date.
"""
type LiveQuizUpdate {
  liveQuizId: ID!
  event: LiveQuizEvent!
  step: Int
  """Where the game is; only with STATE."""
  phase: LivePhase
  """The game as it is when the update is made; null with STATE."""
  liveQuiz: LiveQuiz
  lobby: LiveLobby
  question: LiveQuestion
  time: LiveTime
  closed: LiveClosed
  reveal: LiveReveal
  leaderboard: LiveLeaderboard
  host: LiveHost
}

enum LiveQuizEvent {
  """
  The first update: the game as it is, what comes later follows upon it. `phase`, `lobby` and `host`
  are set, `question` while one is in play, `closed`, `reveal` or `leaderboard` in their phases.
  """
  STATE
  """Who is there; `lobby`."""
  LOBBY
  """A question has opened; `question`."""
  QUESTION
  """The deadline has moved, or the clock stands still; `time`."""
  TIME
  """No more answers; `closed`."""
  CLOSED
  """What was right; `reveal`."""
  REVEAL
  """The top of the board; `leaderboard`."""
  LEADERBOARD
  """The game is over; `leaderboard`."""
  FINISHED
  """The host left, came back or changed; `host`."""
  HOST
}

"""`names` are the newest, 100 at most."""
type LiveLobby { players: Int! connected: Int! locked: Boolean! names: [String!]! }
type LiveQuestion {
  index: Int!
  total: Int!
  type: QuestionType!
  text: String!
  mediaUrl: String
  """The choices, or the matches of MATCHING."""
  options: [LiveOption!]!
  """The prompts of MATCHING."""
  prompts: [String!]!
  """How many texts FILL_BLANK wants."""
  blanks: Int!
  multiple: Boolean!
  points: Int!
  opensAt: DateTime!
  closesAt: DateTime!
  paused: Boolean!
  remainingMs: Int
}
type LiveOption { id: Int! text: String! }
"""`paused` stops the countdown at `remainingMs`."""
type LiveTime {
  index: Int!
  opensAt: DateTime!
  closesAt: DateTime!
  paused: Boolean!
  remainingMs: Int
}
type LiveClosed { index: Int! skipped: Boolean! }
type LiveReveal {
  index: Int!
  """In the shape of an answer; null where only a person can grade."""
  correct: JSON
  accepted: [String!]!
  explanation: String
  """How many chose what, by the id of the option."""
  counts: JSON!
  answered: Int!
}
type LiveLeaderboard { index: Int! totalPlayers: Int! top: [LiveStanding!]! }
type LiveStanding {
  rank: Int!
  playerId: ID!
  nickname: String!
  score: Int!
  correct: Int!
  streak: Int!
}
type LiveHost { connected: Boolean! hostId: ID! }

extend type Subscription {
  """
  What goes on in a live quiz, for members and teachers of its course; its state comes first.
  """
  liveQuizUpdated(liveQuizId: ID!): LiveQuizUpdate!
}
'''


def of_game(arguments: Arguments, user: Identity) -> Right:
    """Members and teachers of the course. A PIN lets play, over Socket.IO."""

    def course(found: LiveQuizFound) -> str:
        if not (found.enrolled or found.may_host or user.role == Role.ADMIN):
            raise AuthorizationError("Only members of the course may follow this live quiz")
        return found.course_id

    question = FindLiveQuiz(live_quiz_id=arguments["liveQuizId"], user_id=user.user_id)
    return Right(HANDLER, question, course)


def update(event: str, data: Any, step: int | None, **parts: Payload) -> Composed:
    """A `LiveQuizUpdate`; what is not among `parts` is null."""
    members: dict[str, Payload] = {
        "liveQuizId": Given(data.live_quiz_id),
        "event": Given(event),
        "step": Given(step),
        "phase": Given(None),
        "liveQuiz": ReadBack("eventLiveQuiz", data.live_quiz_id, optional=True),
    }
    for name in ("lobby", "question", "time", "closed", "reveal", "leaderboard", "host"):
        members[name] = parts.get(name, Given(None))
    return Composed("LiveQuizUpdate", members)


def plain(typename: str, **members: Any) -> Composed:
    """An object of plain values."""
    return Composed(typename, {name: Given(value) for name, value in members.items()})


def state(view: GameView) -> Payload:
    """STATE."""
    parts: dict[str, Payload] = {"lobby": shown_lobby(view.lobby), "host": shown_host(view.host)}
    if view.question is not None:
        parts["question"] = shown_question(view.question)
    if view.closed is not None:
        parts["closed"] = shown_closed(view.closed)
    if view.reveal is not None:
        parts["reveal"] = shown_reveal(view.reveal)
    if view.leaderboard is not None:
        parts["leaderboard"] = shown_board(view.leaderboard)
    shown = update("STATE", view, view.step, **parts)
    return Composed(
        shown.typename,
        {**shown.members, "phase": Given(view.phase.upper()), "liveQuiz": Given(None)},
    )


def lobby(data: LobbyChanged) -> Payload:
    """LOBBY."""
    return update("LOBBY", data, None, lobby=shown_lobby(data))


def shown_lobby(data: LobbyChanged) -> Payload:
    """A `LiveLobby`."""
    return plain(
        "LiveLobby",
        players=data.players,
        connected=data.connected,
        locked=data.locked,
        names=data.names,
    )


def question(data: ShownQuestion) -> Payload:
    """QUESTION."""
    return update("QUESTION", data, data.step, question=shown_question(data))


def shown_question(data: ShownQuestion) -> Payload:
    """A `LiveQuestion`."""
    values = plain(
        "LiveQuestion",
        index=data.index,
        total=data.total,
        type=data.type.upper(),
        text=data.text,
        mediaUrl=data.media_url,
        prompts=data.prompts,
        blanks=data.blanks,
        multiple=data.multiple,
        points=data.points,
        **countdown(data),
    )
    options = Listed([option(each) for each in data.options])
    return Composed("LiveQuestion", {**values.members, "options": options})


def option(data: ShownOption) -> Payload:
    """A `LiveOption`."""
    return plain("LiveOption", id=data.id, text=data.text)


def time(data: ClosesAt) -> Payload:
    """TIME."""
    shown = plain("LiveTime", index=data.index, **countdown(data))
    return update("TIME", data, data.step, time=shown)


def countdown(data: ShownQuestion | ClosesAt) -> dict[str, Any]:
    """The members of a countdown."""
    return {
        "opensAt": iso(data.opens_at),
        "closesAt": iso(data.closes_at),
        "paused": data.paused,
        "remainingMs": data.remaining_ms,
    }


def closed(data: ShownClosed) -> Payload:
    """CLOSED."""
    return update("CLOSED", data, data.step, closed=shown_closed(data))


def shown_closed(data: ShownClosed) -> Payload:
    """A `LiveClosed`."""
    return plain("LiveClosed", index=data.index, skipped=data.skipped)


def reveal(data: ShownReveal) -> Payload:
    """REVEAL."""
    return update("REVEAL", data, data.step, reveal=shown_reveal(data))


def shown_reveal(data: ShownReveal) -> Payload:
    """A `LiveReveal`."""
    return plain(
        "LiveReveal",
        index=data.index,
        correct=data.correct,
        accepted=data.accepted,
        explanation=data.explanation,
        counts=data.counts,
        answered=data.answered,
    )


def board(event: str) -> Callable[[ShownLeaderboard], Payload]:
    """LEADERBOARD and FINISHED."""

    def show(data: ShownLeaderboard) -> Payload:
        return update(event, data, data.step, leaderboard=shown_board(data))

    return show


def shown_board(data: ShownLeaderboard) -> Payload:
    """A `LiveLeaderboard`."""
    values = plain("LiveLeaderboard", index=data.index, totalPlayers=data.total_players)
    top = Listed([standing(each) for each in data.top])
    return Composed("LiveLeaderboard", {**values.members, "top": top})


def standing(data: Standing) -> Payload:
    """A `LiveStanding`."""
    return plain(
        "LiveStanding",
        rank=data.rank,
        playerId=data.player_id,
        nickname=data.nickname,
        score=data.score,
        correct=data.correct,
        streak=data.streak,
    )


def host(data: HostStatus) -> Payload:
    """HOST."""
    return update("HOST", data, None, host=shown_host(data))


def shown_host(data: HostStatus) -> Payload:
    """A `LiveHost`."""
    return plain("LiveHost", connected=data.connected, hostId=data.host_id)


DOMAIN = Domain(
    sdl=SDL,
    feeds={
        "liveQuizUpdated": Feed(
            topic=lambda arguments, user: topics.live(arguments["liveQuizId"]),
            may=of_game,
            shows={
                "live.lobby": lobby,
                "live.question": question,
                "live.time": time,
                "live.closed": closed,
                "live.reveal": reveal,
                "live.leaderboard": board("LEADERBOARD"),
                "live.finished": board("FINISHED"),
                "live.host": host,
            },
            reads={"liveQuiz": "eventLiveQuiz"},
            view=lambda arguments: View(Address(KIND, arguments["liveQuizId"]), ViewGame(), state),
        )
    },
)
