"""Bounds for quizzes, live quizzes and what clients send.

The rules of quizzes, of live quizzes and of the wire all read this one table, so every quiz that
can be made can also be played.
"""

from __future__ import annotations

from typing import NamedTuple


class Range(NamedTuple):
    """A range of numbers that includes both ends."""

    low: int
    high: int

    def holds(self, value: float) -> bool:
        """Whether the value lies in the range."""
        return self.low <= value <= self.high


QUESTION_POINTS = Range(0, 1_000)
"""Points of one question, to the hundredth; multiplied by the points of the game."""
QUESTION_SECONDS = Range(1, 3_600)

MAX_PLAYERS = 5_000
QUESTION_MS = Range(1_000, 1_000 * QUESTION_SECONDS.high)
GAME_POINTS = Range(0, 5_000)
"""With `QUESTION_POINTS`, streaks and the most questions, a score stays below 2^31."""
LEADERBOARD_SIZE = Range(1, 100)
LATENCY_CAP_MS = Range(0, 2_000)
"""Of the round trip that is credited, and so how much longer than its time a question may wait."""
DEFAULT_LATENCY_CAP_MS = 1_000
"""Players up to half a second away, each way, lose nothing: a satellite takes 300 ms, another
continent on a bad mobile link as much. The others wait a second at most, and only for somebody who
is that far away and has not answered."""
AUTO_ADVANCE_MS = Range(500, 600_000)
BOARD_EVERY = Range(0, 200)
"""Questions from one leaderboard to the next, of as many as a quiz has; 0: only the final one."""
COUNTDOWN_MS = Range(0, 10_000)
"""How long a question is announced before it opens."""
CONFIG = {
    "question_ms": QUESTION_MS,
    "points": GAME_POINTS,
    "leaderboard_size": LEADERBOARD_SIZE,
    "max_players": Range(1, MAX_PLAYERS),
    "latency_cap_ms": LATENCY_CAP_MS,
    "board_every": BOARD_EVERY,
    "countdown_ms": COUNTDOWN_MS,
}
"""The fields of a `LiveConfig` that are always set."""

EXTEND_MS = Range(1_000, 600_000)
MAX_EXTRA_TIME = 4.0
"""A factor on the time that everybody else has."""
MAX_CLIENT_ID = 64
MIN_JOIN_ID = 16
"""Long enough that nobody guesses a random one: it stands for the player."""
"""Maximum length of an `answer_id` or a `command_id`, in characters."""
PIN_DIGITS = 6
MAX_NICKNAME = 40
