"""The updates of a live quiz: only what everybody in the game may see.

They follow the topic of all players. What hosts see, and what concerns one player, is on other
topics. Nothing before the reveal depends on the answer key.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import msgspec

from gateway.graphql.domain import (
    Arguments,
    Feed,
    Initial,
    ListValue,
    ObjectValue,
    Payload,
    PlainValue,
    ReadBack,
    Right,
)
from protocol import topics
from protocol.access import Identity
from protocol.assessments.live.commands import KIND, ViewGame
from protocol.assessments.live.entry import HANDLER, MayFollowLiveQuiz
from protocol.assessments.live.publications import (
    ClosesAt,
    HostStatus,
    LobbyChanged,
    ShownAnnouncement,
    ShownClosed,
    ShownLeaderboard,
    ShownOption,
    ShownQuestion,
    ShownReveal,
    Standing,
)
from protocol.assessments.live.views import GameView
from protocol.envelope import Address
from protocol.times import iso

SHOWN = ("question", "time", "closed", "reveal", "leaderboard")


def of_game(arguments: Arguments, user: Identity) -> Right:
    """Members and teachers of the course. A PIN lets play, over Socket.IO."""
    question = MayFollowLiveQuiz(
        user_id=user.user_id, role=user.role, live_quiz_id=arguments["liveQuizId"]
    )
    return Right(HANDLER, question, lambda found: found.course_id)


def update(event: str, data: Any, step: int | None, **parts: Payload) -> ObjectValue:
    """A `LiveQuizUpdate`. Members that are not in `parts` are null."""
    members: dict[str, Payload] = {
        "liveQuizId": PlainValue(data.live_quiz_id),
        "event": PlainValue(event),
        "step": PlainValue(step),
        "phase": PlainValue(None),
        "liveQuiz": ReadBack("eventLiveQuiz", data.live_quiz_id, optional=True),
    }
    for name in ("lobby", "announced", *SHOWN, "host"):
        members[name] = parts.get(name, PlainValue(None))
    return ObjectValue("LiveQuizUpdate", members)


def plain(typename: str, **members: Any) -> ObjectValue:
    """An object of plain values."""
    return ObjectValue(typename, {name: PlainValue(value) for name, value in members.items()})


def state(view: GameView) -> Payload:
    """STATE."""
    parts: dict[str, Payload] = {"lobby": shown_lobby(view.lobby), "host": shown_host(view.host)}
    if view.announced is not None:
        parts["announced"] = shown_announcement(view.announced)
    if view.question is not None:
        parts["question"] = shown_question(view.question)
    if view.closed is not None:
        parts["closed"] = shown_closed(view.closed)
    if view.reveal is not None:
        parts["reveal"] = shown_reveal(view.reveal)
    if view.leaderboard is not None:
        parts["leaderboard"] = shown_board(view.leaderboard)
    shown = update("STATE", view, view.step, **parts)
    return ObjectValue(
        shown.typename,
        {**shown.members, "phase": PlainValue(view.phase.upper()), "liveQuiz": PlainValue(None)},
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


def announced(data: ShownAnnouncement) -> Payload:
    """ANNOUNCED."""
    return update("ANNOUNCED", data, data.step, announced=shown_announcement(data))


def shown_announcement(data: ShownAnnouncement) -> Payload:
    """A `LiveAnnouncement`."""
    return plain(
        "LiveAnnouncement",
        index=data.index,
        total=data.total,
        opensAt=iso(data.opens_at),
        paused=data.paused,
        remainingMs=data.remaining_ms,
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
        textHtml=data.text_html,
        mediaUrl=data.media_url,
        mediaAlt=data.media_alt,
        prompts=data.prompts,
        promptsHtml=data.prompts_html,
        blanks=data.blanks,
        multiple=data.multiple,
        noneAllowed=data.none_allowed,
        unitRequired=data.unit_required,
        marks=data.marks,
        points=data.points,
        **countdown(data),
    )
    shown = zip_longest(data.options, data.options_html)
    options = ListValue([option(each, html) for each, html in shown])
    return ObjectValue("LiveQuestion", {**values.members, "options": options})


def option(data: ShownOption, html: str | None) -> Payload:
    """A `LiveOption`."""
    return plain("LiveOption", id=data.id, text=data.text, html=html)


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
        explanationHtml=data.explanation_html,
        counts=data.counts,
        answered=data.answered,
        places=msgspec.to_builtins(data.places),
    )


def board(event: str) -> Callable[[ShownLeaderboard], Payload]:
    """LEADERBOARD and FINISHED."""

    def show(data: ShownLeaderboard) -> Payload:
        return update(event, data, data.step, leaderboard=shown_board(data))

    return show


def shown_board(data: ShownLeaderboard) -> Payload:
    """A `LiveLeaderboard`."""
    values = plain("LiveLeaderboard", index=data.index, totalPlayers=data.total_players)
    top = ListValue([standing(each) for each in data.top])
    return ObjectValue("LiveLeaderboard", {**values.members, "top": top})


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
        moved=data.moved,
    )


def host(data: HostStatus) -> Payload:
    """HOST."""
    return update("HOST", data, None, host=shown_host(data))


def shown_host(data: HostStatus) -> Payload:
    """A `LiveHost`."""
    return plain("LiveHost", connected=data.connected, hostId=data.host_id)


LIVE_QUIZ_UPDATED = Feed(
    topic=lambda arguments, user: topics.live(arguments["liveQuizId"]),
    authorize=of_game,
    payloads={
        "live.lobby": lobby,
        "live.announced": announced,
        "live.question": question,
        "live.time": time,
        "live.closed": closed,
        "live.reveal": reveal,
        "live.leaderboard": board("LEADERBOARD"),
        "live.finished": board("FINISHED"),
        "live.host": host,
    },
    reads={"liveQuiz": "eventLiveQuiz"},
    initial=lambda arguments: Initial(Address(KIND, arguments["liveQuizId"]), ViewGame(), state),
)
