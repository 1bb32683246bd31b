"""How a game goes on without its host: from which phase, and after how long."""

from __future__ import annotations

from actors.assessments.live.state import LiveState
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase

REVEAL_AFTER_MS = 1_000
"""From the end of a question to its reveal where that comes by itself: enough to see that it is
over, and to decide what was read in time."""


def wait_ms(state: LiveState) -> int | None:
    """How long the game stays in this phase until it goes on by itself; None if it does not."""
    config = state.opening.config
    if state.phase is Phase.ANNOUNCED:
        return config.countdown_ms
    if state.phase is Phase.CLOSED and config.auto_reveal:
        return min(REVEAL_AFTER_MS, config.auto_advance_ms or REVEAL_AFTER_MS)
    return config.auto_advance_ms


def advances(config: LiveConfig) -> bool:
    """Whether a game ever goes on by itself."""
    return config.auto_advance_ms is not None or config.auto_reveal or config.countdown_ms > 0
