"""What a game publishes to its clients on topics.

Clients in browsers and apps rely on these names and fields: they may only grow.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.assessments.places import Place
from protocol.assessments.points import Points
from protocol.assessments.quizzes import QuestionType
from protocol.envelope import Message

EPOCH = 1
"""Epoch of a game's topics: its journal is kept, so their history never restarts."""


class ShownAnnouncement(Message, frozen=True, kw_only=True, tag="live.announced", rename="camel"):
    """Publication `live.announced` on `live:<id>`: a question opens soon, and nothing of it yet.

    `paused` True stops the countdown at `remaining_ms`.
    """

    live_quiz_id: str
    index: int
    total: int
    step: int
    opens_at: int
    paused: bool = False
    remaining_ms: int | None = None


class ShownOption(msgspec.Struct, frozen=True, kw_only=True):
    """One option.

    An answer names its `id`, which does not reveal the authored order of shuffled options.
    """

    id: int
    text: str


class ShownQuestion(Message, frozen=True, kw_only=True, tag="live.question", rename="camel"):
    """Publication `live.question` on `live:<id>`, the same bytes for everybody.

    `options`: choices of multiple_choice, the matches of matching, or the items of ordering;
    `prompts`: of matching;
    `blanks`: how many texts a fill_blank needs; `none_allowed`: whether an empty choice is an
    answer; `unit_required`: whether a number needs a unit; `marks`: how
    many places of a hotspot's picture are to be marked. It does not tell what is right. The
    texts are plain. Where they are formatted, `text_html`, `options_html` (in the order of
    `options`) and `prompts_html` have them as sanitised HTML, with the blanks written `____` too.
    """

    live_quiz_id: str
    index: int
    total: int
    step: int
    type: QuestionType = msgspec.field(name="questionType")
    text: str
    text_html: str | None = None
    media_url: str | None = None
    media_alt: str | None = None
    options: tuple[ShownOption, ...] = ()
    options_html: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    prompts_html: tuple[str, ...] = ()
    blanks: int = 0
    multiple: bool = False
    none_allowed: bool = False
    unit_required: bool = False
    marks: int = 0
    points: Points
    opens_at: int
    closes_at: int
    paused: bool = False
    remaining_ms: int | None = None


class ClosesAt(Message, frozen=True, kw_only=True, tag="live.closes_at", rename="camel"):
    """Publication `live.time`: the deadline moved, for everybody or for one player.

    `paused` True stops the countdown at `remaining_ms`.
    """

    live_quiz_id: str
    index: int
    step: int
    opens_at: int
    closes_at: int
    paused: bool = False
    remaining_ms: int | None = None


class ShownClosed(Message, frozen=True, kw_only=True, tag="live.closed", rename="camel"):
    """Publication `live.closed`: this question takes no more answers."""

    live_quiz_id: str
    index: int
    step: int
    skipped: bool = False


class ShownReveal(Message, frozen=True, kw_only=True, tag="live.reveal", rename="camel"):
    """Publication `live.reveal`: the key, the explanation and how many chose what.

    `correct` has the shape of an `Answer` (None where only a person can grade); `counts` maps an
    option id (or "true"/"false") to how many chose it. `explanation_html` is sanitised, None where
    the explanation is plain. `places`: those of a hotspot.
    """

    live_quiz_id: str
    index: int
    step: int
    correct: Any = None
    accepted: tuple[str, ...] = ()
    explanation: str | None = None
    explanation_html: str | None = None
    counts: dict[str, int] = {}
    answered: int = 0
    places: tuple[Place, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`moved`: how many places up, or down if negative, the last revealed question has led.

    None at the first question, for who came while it was open, and on the final board.
    """

    rank: int
    player_id: str
    nickname: str
    score: Points
    correct: int
    streak: int = 0
    moved: int | None = None


class ShownLeaderboard(Message, frozen=True, kw_only=True, tag="live.leaderboard", rename="camel"):
    """Publications `live.leaderboard` and `live.finished`: the top of the board.

    Equal scores share a rank.
    """

    live_quiz_id: str
    index: int
    step: int
    total_players: int
    top: tuple[Standing, ...]


class OwnResult(Message, frozen=True, kw_only=True, tag="live.result", rename="camel"):
    """Publication `live.result` on the player's own topic, at the reveal.

    `moved` as in `Standing`. `behind`: how many points are missing to the next place above, which
    is `ahead`; 0 for the first.
    """

    live_quiz_id: str
    index: int
    step: int
    answered: bool
    correct: bool | None
    points: Points
    score: Points
    rank: int
    streak: int
    moved: int | None = None
    ahead: int = 0
    behind: Points = 0


class LobbyChanged(Message, frozen=True, kw_only=True, tag="live.lobby", rename="camel"):
    """Publication `live.lobby`, volatile and batched: who is there, newest names first.

    `names` holds at most 100; `players` is the true count.
    """

    live_quiz_id: str
    players: int
    connected: int
    locked: bool
    names: tuple[str, ...] = ()


class HostStatus(Message, frozen=True, kw_only=True, tag="live.host", rename="camel"):
    """Publication `live.host`: the host left, came back, or handed over to another."""

    live_quiz_id: str
    connected: bool
    host_id: str


class Histogram(Message, frozen=True, kw_only=True, tag="live.histogram", rename="camel"):
    """Publication `live.histogram` on the hosts' topic, volatile, a few times a second.

    `right`: how many of the answers are right, where one is typed and no person must grade it.
    """

    live_quiz_id: str
    index: int
    answered: int
    connected: int
    counts: dict[str, int]
    right: int | None = None


class Awaited(Message, frozen=True, kw_only=True, tag="live.awaited", rename="camel"):
    """Publication `live.awaited` on the hosts' topic, volatile and batched.

    `count` players have lost the connection, and the open question waits for them; `names` holds
    at most 20 of theirs. The question closes at `closes_at` at the latest, which is after its
    deadline if somebody has time of their own.
    """

    live_quiz_id: str
    index: int
    count: int
    names: tuple[str, ...] = ()
    closes_at: int


class PutOut(Message, frozen=True, kw_only=True, tag="live.put_out", rename="camel"):
    """Publication `live.put_out` on the player's own topic: kicked, or banned for good."""

    live_quiz_id: str
    banned: bool
