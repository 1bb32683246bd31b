"""What is chosen for a game when its lobby is opened, and fixed afterwards.

The lobby's event carries it into the journal, so a field may be added with a default, and none may
go.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from protocol.assessments.bounds import MAX_PLAYERS


class HostAway(StrEnum):
    """What a game that advances by itself does while the acting host is not connected.

    An open question runs to its end either way; WAIT then stays where it is until the host is
    back or another takes over.
    """

    WAIT = "wait"
    CONTINUE = "continue"


class LiveConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen when the lobby is opened, fixed afterwards.

    `auto_advance_ms` None: the host advances; otherwise the game goes on by itself that long
    after each step. `latency_cap_ms` bounds the credit for a slow link. `max_players` bounds the
    guests and the signed-in each: guests enter while all together are fewer, and take the places of
    guests who have gone without an answer; those with an account are never refused because of
    guests, so that at the very worst twice as many play.
    """

    question_ms: int = 20_000
    points: int = 1000
    speed_weighted: bool = True
    streaks: bool = False
    shuffle_questions: bool = False
    shuffle_options: bool = False
    allow_guests: bool = True
    auto_advance_ms: int | None = None
    host_away: HostAway = HostAway.CONTINUE
    close_when_all_answered: bool = True
    leaderboard_size: int = 10
    max_players: int = MAX_PLAYERS
    latency_cap_ms: int = 250
