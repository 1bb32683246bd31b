"""Whether a quiz shows students what their attempts have earned, in SQL."""

from __future__ import annotations

SHOWS = (
    "(case {q}.results_shown when 'graded' then true"
    " when 'closed' then coalesce({q}.available_until <= now(), false)"
    " else coalesce({q}.results_released_at <= now(), false) end)"
)


def shows(quiz: str) -> str:
    """Whether the row of `quizzes` with this alias shows results now."""
    return SHOWS.replace("{q}", quiz)
