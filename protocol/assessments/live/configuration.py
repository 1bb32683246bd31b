"""The configuration of a game: chosen when its lobby opens, fixed afterwards.

The lobby's event carries it into the journal: a field may be added with a default, and none may be
removed.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from protocol.assessments.bounds import DEFAULT_LATENCY_CAP_MS, MAX_PLAYERS

HALVES_BELOW = 100
"""Of a game for marks every half is worth seeing, of one for a thousand points a question none."""


class HostAway(StrEnum):
    """What a game that advances by itself does while the acting host is not connected.

    An open question runs to its end either way. With WAIT the game then waits until the host is
    back or another takes over.
    """

    WAIT = "wait"
    CONTINUE = "continue"


class LiveConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration of one game.

    `auto_advance_ms` None: the host advances; otherwise the game advances by itself that long after
    each step. `half_points`: scores are counted to the half of a point; None is True below
    `HALVES_BELOW` points where a game is started, and False in older journals. `latency_cap_ms`:
    how much of the network's round trip is given back at most, in scores and after the end of a
    question. `max_players` bounds guests and signed-in players separately. Guests enter while the
    total is below it, and may take the place of a guest who left without answering. Guests never
    keep out users with an account, so at the worst twice as many play.

    `board_every`: after how many questions the leaderboard is the next step; 0 never, so that only
    the final one is shown. `auto_reveal`: a question that has closed is revealed without the host.
    `countdown_ms`: how long a question is announced before it opens; 0 opens it at once.
    """

    question_ms: int = 20_000
    points: int = 1000
    half_points: bool | None = None
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
    latency_cap_ms: int = DEFAULT_LATENCY_CAP_MS
    board_every: int = 1
    auto_reveal: bool = False
    countdown_ms: int = 0
