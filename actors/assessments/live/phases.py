"""The phases of a game, and the events that lead from one to the next.

lobby ──► open ──► closed ──► reveal ──► leaderboard ──► open …
  │                             │ └──────────────────────► open …
  └─────────────────────────────┴─────────────┴──────────► finished

Where a game counts down to its questions, each `──► open` goes over `announced`, from where it may
be finished too.
"""

from __future__ import annotations

from protocol.assessments.live.events import (
    AnswersRevealed,
    GameFinished,
    LeaderboardShown,
    QuestionAnnounced,
    QuestionClosed,
    QuestionOpened,
)
from protocol.assessments.live.phases import Phase
from protocol.envelope import Message

_ONWARD: dict[type[Message], Phase] = {
    QuestionAnnounced: Phase.ANNOUNCED,
    QuestionOpened: Phase.OPEN,
    GameFinished: Phase.FINISHED,
}
TRANSITIONS: dict[Phase, dict[type[Message], Phase]] = {
    Phase.LOBBY: _ONWARD,
    Phase.ANNOUNCED: {QuestionOpened: Phase.OPEN, GameFinished: Phase.FINISHED},
    Phase.OPEN: {QuestionClosed: Phase.CLOSED},
    Phase.CLOSED: {AnswersRevealed: Phase.REVEAL},
    Phase.REVEAL: {LeaderboardShown: Phase.LEADERBOARD, **_ONWARD},
    Phase.LEADERBOARD: _ONWARD,
    Phase.FINISHED: {},
}

RUNNING = frozenset(Phase) - {Phase.LOBBY, Phase.FINISHED}
UNFINISHED = RUNNING | {Phase.LOBBY}
ANSWERED = (Phase.OPEN, Phase.CLOSED)
"""The phases in which answers to the question in play are expected; later ones are late. It is
looked at for every answer, hence a tuple: a set has the member hash its name."""
