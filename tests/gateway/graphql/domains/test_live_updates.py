"""A live quiz followed over GraphQL: its state first, then each event in its own shape."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.assessments.live.commands import ViewGame
from protocol.assessments.live.entry import LiveQuizFound, MayFollowLiveQuiz
from protocol.assessments.live.phases import Phase
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
from protocol.assessments.quizzes import QuestionType
from protocol.envelope import Message
from protocol.errors import AuthorizationError, NotFoundError, StoaError
from tests.gateway.graphql.living import ANN, Client, World, living, token

FOLLOW = """subscription {
  liveQuizUpdated(liveQuizId: "g") {
    liveQuizId event step phase
    lobby { players connected locked names }
    announced { index total opensAt paused remainingMs }
    question { index total type text textHtml noneAllowed points
      options { id text html } promptsHtml
      opensAt closesAt paused }
    time { index closesAt paused remainingMs }
    closed { index skipped }
    reveal { index correct accepted explanation explanationHtml counts answered }
    leaderboard { index totalPlayers top { rank nickname score moved } }
    host { connected hostId }
  }
}"""
LOBBY = LobbyChanged(live_quiz_id="g", players=2, connected=1, locked=False, names=("Ben", "Ann"))
HOST = HostStatus(live_quiz_id="g", connected=True, host_id="h")
ANNOUNCED = ShownAnnouncement(
    live_quiz_id="g", index=0, total=3, step=1, opens_at=1_700_000_000_000
)
QUESTION = ShownQuestion(
    live_quiz_id="g",
    index=0,
    total=3,
    step=1,
    type=QuestionType.MULTIPLE_CHOICE,
    text="Which?",
    text_html="<b>Which</b>?",
    options=(ShownOption(id=0, text="A"), ShownOption(id=1, text="B")),
    options_html=("<i>A</i>", "B"),
    points=1000.5,
    opens_at=1_700_000_000_000,
    closes_at=1_700_000_020_000,
)
TIME = ClosesAt(
    live_quiz_id="g",
    index=0,
    step=2,
    opens_at=1_700_000_000_000,
    closes_at=1_700_000_030_000,
    paused=True,
    remaining_ms=9_000,
)
CLOSED = ShownClosed(live_quiz_id="g", index=0, step=3, skipped=True)
REVEAL = ShownReveal(
    live_quiz_id="g", index=0, step=4, correct=[1], explanation="So", counts={"1": 2}, answered=2
)
TOP = (Standing(rank=1, player_id="p", nickname="Ann", score=900, correct=1, moved=-2),)
BOARD = ShownLeaderboard(live_quiz_id="g", index=0, step=5, total_players=2, top=TOP)
OPEN = GameView(
    live_quiz_id="g", phase=Phase.OPEN, step=1, lobby=LOBBY, host=HOST, question=QUESTION
)
FOUND = LiveQuizFound(live_quiz_id="g", course_id="course-1")


async def following(world: World, view: Message = OPEN) -> tuple[Client, dict[str, Any]]:
    """A member who follows the game, and the first update."""
    world.post.replies |= {MayFollowLiveQuiz: FOUND, ViewGame: view}
    ann = await world.client(token(ANN))
    await ann.subscribe("1", FOLLOW)
    return ann, await updated(ann)


async def updated(client: Client) -> dict[str, Any]:
    """The members of the next update that are not null."""
    message = await client.hear()
    assert message["type"] == "next", message
    update: dict[str, Any] = message["payload"]["data"]["liveQuizUpdated"]
    return {name: value for name, value in update.items() if value is not None}


async def test_the_state_comes_first_and_shows_what_is_in_play() -> None:
    async with living() as world:
        _, first = await following(world)
        assert first == {
            "liveQuizId": "g",
            "event": "STATE",
            "step": 1,
            "phase": "OPEN",
            "lobby": {"players": 2, "connected": 1, "locked": False, "names": ["Ben", "Ann"]},
            "host": {"connected": True, "hostId": "h"},
            "question": {
                "index": 0,
                "total": 3,
                "type": "MULTIPLE_CHOICE",
                "text": "Which?",
                "textHtml": "<b>Which</b>?",
                "options": [
                    {"id": 0, "text": "A", "html": "<i>A</i>"},
                    {"id": 1, "text": "B", "html": "B"},
                ],
                "promptsHtml": [],
                "noneAllowed": False,
                "points": 1000.5,
                "opensAt": "2023-11-14T22:13:20.000Z",
                "closesAt": "2023-11-14T22:13:40.000Z",
                "paused": False,
            },
        }


@pytest.mark.parametrize(
    ("phase", "parts"),
    [
        (Phase.LOBBY, {}),
        (Phase.ANNOUNCED, {"announced": ANNOUNCED}),
        (Phase.CLOSED, {"question": QUESTION, "closed": CLOSED}),
        (Phase.REVEAL, {"question": QUESTION, "reveal": REVEAL}),
        (Phase.FINISHED, {"leaderboard": BOARD}),
    ],
)
async def test_the_state_of_each_phase_has_its_own_members(
    phase: Phase, parts: dict[str, Any]
) -> None:
    view = GameView(live_quiz_id="g", phase=phase, step=7, lobby=LOBBY, host=HOST, **parts)
    async with living() as world:
        _, first = await following(world, view)
        assert set(first) - {"liveQuizId", "event", "step", "phase", "lobby", "host"} == set(parts)
        assert first["phase"] == phase.upper()


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("live.lobby", LOBBY, {"event": "LOBBY"}),
        (
            "live.announced",
            ANNOUNCED,
            {
                "event": "ANNOUNCED",
                "step": 1,
                "announced": {
                    "index": 0,
                    "total": 3,
                    "opensAt": "2023-11-14T22:13:20.000Z",
                    "paused": False,
                    "remainingMs": None,
                },
            },
        ),
        ("live.question", QUESTION, {"event": "QUESTION", "step": 1}),
        (
            "live.time",
            TIME,
            {
                "event": "TIME",
                "step": 2,
                "time": {
                    "index": 0,
                    "closesAt": "2023-11-14T22:13:50.000Z",
                    "paused": True,
                    "remainingMs": 9000,
                },
            },
        ),
        ("live.closed", CLOSED, {"event": "CLOSED", "closed": {"index": 0, "skipped": True}}),
        (
            "live.reveal",
            REVEAL,
            {
                "event": "REVEAL",
                "reveal": {
                    "index": 0,
                    "correct": [1],
                    "accepted": [],
                    "explanation": "So",
                    "explanationHtml": None,
                    "counts": {"1": 2},
                    "answered": 2,
                },
            },
        ),
        ("live.leaderboard", BOARD, {"event": "LEADERBOARD", "step": 5}),
        (
            "live.finished",
            BOARD,
            {
                "event": "FINISHED",
                "leaderboard": {
                    "index": 0,
                    "totalPlayers": 2,
                    "top": [{"rank": 1, "nickname": "Ann", "score": 900, "moved": -2}],
                },
            },
        ),
        ("live.host", HOST, {"event": "HOST", "host": {"connected": True, "hostId": "h"}}),
    ],
)
async def test_each_event_comes_in_its_own_shape(
    name: str, data: Message, shown: dict[str, Any]
) -> None:
    async with living() as world:
        ann, _ = await following(world)
        world.fan_out.publish("live:g", name, data)
        update = await updated(ann)
        assert shown.items() <= update.items()
        assert "phase" not in update


async def test_what_is_published_while_the_state_is_asked_for_is_in_it_and_not_told_twice() -> None:
    async with living() as world:
        world.post.replies |= {MayFollowLiveQuiz: FOUND, ViewGame: OPEN}
        world.post.held.add(ViewGame)
        ann = await world.client(token(ANN))
        await ann.subscribe("1", FOLLOW)
        await world.settle()
        world.fan_out.publish("live:g", "live.lobby", LOBBY)
        world.post.release()
        world.fan_out.publish("live:g", "live.closed", CLOSED)
        assert [(await updated(ann))["event"] for _ in range(2)] == ["STATE", "CLOSED"]


@pytest.mark.parametrize("refused", [NotFoundError("live quiz", "g"), AuthorizationError()])
async def test_who_is_no_member_learns_nothing_of_the_game(refused: StoaError) -> None:
    async with living() as world:
        world.post.replies |= {MayFollowLiveQuiz: refused, ViewGame: OPEN}
        ann = await world.client(token(ANN))
        await ann.subscribe("1", FOLLOW)
        refusal = await ann.hear()
        assert refusal["type"] == "error"
        code = refusal["payload"][0]["extensions"]["code"]
        assert code == refused.code
