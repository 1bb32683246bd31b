"""The phases of a game, and the events that lead from one to the next.

lobby ──► open ──► closed ──► reveal ──► leaderboard ──► open …
  │                             │             │
  └─────────────────────────────┴─────────────┴────────► finished
"""

from __future__ import annotations

from protocol.assessments.live.events import (
    AnswersRevealed,
    GameFinished,
    LeaderboardShown,
    QuestionClosed,
    QuestionOpened,
)
from protocol.assessments.live.phases import Phase
from protocol.envelope import Message

TRANSITIONS: dict[Phase, dict[type[Message], Phase]] = {
    Phase.LOBBY: {QuestionOpened: Phase.OPEN, GameFinished: Phase.FINISHED},
    Phase.OPEN: {QuestionClosed: Phase.CLOSED},
    Phase.CLOSED: {AnswersRevealed: Phase.REVEAL},
    Phase.REVEAL: {LeaderboardShown: Phase.LEADERBOARD, GameFinished: Phase.FINISHED},
    Phase.LEADERBOARD: {QuestionOpened: Phase.OPEN, GameFinished: Phase.FINISHED},
    Phase.FINISHED: {},
}

RUNNING = frozenset({Phase.OPEN, Phase.CLOSED, Phase.REVEAL, Phase.LEADERBOARD})
UNFINISHED = RUNNING | {Phase.LOBBY}
