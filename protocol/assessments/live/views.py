"""What a game replies to players and hosts. Clients see it unchanged.

Clients in browsers and apps rely on these names and fields: they may only grow.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import (
    Awaited,
    Histogram,
    HostStatus,
    LobbyChanged,
    OwnResult,
    ShownAnnouncement,
    ShownClosed,
    ShownLeaderboard,
    ShownQuestion,
    ShownReveal,
)
from protocol.assessments.points import Points
from protocol.envelope import Message


class AnswerAccepted(
    Message, frozen=True, kw_only=True, tag="live.answer_accepted", rename="camel"
):
    """The acknowledgement. It is sent only when the answer is durable."""

    answer_id: str
    index: int
    received_at: int


class PlayerView(Message, frozen=True, kw_only=True, tag="live.player_view", rename="camel"):
    """Everything a player's screen needs, at `offset` of the topic `live:<id>`.

    `question` is set at every reveal, and while one is open or closed that the player was asked:
    whoever joins after it has opened has none then, and is asked the next one. `order`: for a
    shuffled question, option ids in this player's order. `answer`: what was already given to the
    open question. `announced`, `reveal`, `result`, `leaderboard` are set in their phases. `moved`,
    `ahead` and `behind` as in `OwnResult`.
    """

    live_quiz_id: str
    course_id: str
    title: str
    player_id: str
    nickname: str
    phase: Phase
    step: int
    epoch: int
    offset: int
    score: Points
    rank: int
    host_connected: bool
    locked: bool
    players: int
    moved: int | None = None
    ahead: int = 0
    behind: Points = 0
    announced: ShownAnnouncement | None = None
    question: ShownQuestion | None = None
    order: tuple[int, ...] = ()
    orders: dict[str, tuple[int, ...]] = {}
    answer: Any = None
    answer_id: str | None = None
    reveal: ShownReveal | None = None
    result: OwnResult | None = None
    leaderboard: ShownLeaderboard | None = None


class GameView(Message, frozen=True, kw_only=True, tag="live.game_view"):
    """A game as the publications to all players have described it so far.

    `question` is set while one is in play, `announced`, `closed`, `reveal` and `leaderboard` in
    their phases (the leaderboard also when the game is over).
    """

    live_quiz_id: str
    phase: Phase
    step: int
    lobby: LobbyChanged
    host: HostStatus
    announced: ShownAnnouncement | None = None
    question: ShownQuestion | None = None
    closed: ShownClosed | None = None
    reveal: ShownReveal | None = None
    leaderboard: ShownLeaderboard | None = None


class HostPlayer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`held_back_ms`: how much later this player's echoes come than the network explains; 0 if it
    does. Nothing is credited for it."""

    player_id: str
    nickname: str
    score: Points
    connected: bool
    extra_time: float = 1.0
    held_back_ms: int = 0


class TypedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What `count` players typed, alike but for case and spaces, as the first of them wrote it.

    `acceptable`: the host may count it as right, too.
    """

    text: str
    count: int
    right: bool
    acceptable: bool = False


class HostView(Message, frozen=True, kw_only=True, tag="live.host_view", rename="camel"):
    """Everything a host's screen needs. `players` is bounded by `max_players`.

    `order`: for each question as it is played, its place in the quiz. `awaited` is set while a
    question is open. `typed`: at the reveal of a question that is answered
    in a line of text, what was typed most.
    """

    live_quiz_id: str
    course_id: str
    title: str
    pin: str
    phase: Phase
    step: int
    epoch: int
    offset: int
    host_id: str
    host_connected: bool = True
    locked: bool
    paused: bool
    question_count: int
    config: LiveConfig
    players: tuple[HostPlayer, ...]
    order: tuple[int, ...] = ()
    announced: ShownAnnouncement | None = None
    question: ShownQuestion | None = None
    histogram: Histogram | None = None
    awaited: Awaited | None = None
    reveal: ShownReveal | None = None
    leaderboard: ShownLeaderboard | None = None
    typed: tuple[TypedAnswer, ...] = ()


class HostDone(Message, frozen=True, kw_only=True, tag="live.host_done", rename="camel"):
    """A host's command was carried out, now or earlier."""

    step: int
    phase: Phase
