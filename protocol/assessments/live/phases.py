"""The phases of a game: journalled, shown to clients and written to rows by these names."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    LOBBY = "lobby"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    REVEAL = "reveal"
    LEADERBOARD = "leaderboard"
    FINISHED = "finished"
