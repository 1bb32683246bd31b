"""The clock of an attempt: when its time is up, and what an outage gives back.

The limit runs from the beginning and is the student's own; the quiz's closing time is everybody's,
and moves for a student by whatever the student has beyond the others: the factor on the limit, what
a teacher gave, and what outages took. The earlier of the two ends the attempt.
"""

from __future__ import annotations

from actors.assessments.attempts.state import AttemptState

LATE_MS = 2_000
"""So much later than the deadline is the alarm: what was read in time may still be on its way."""

SHORT_MS = 1_000
"""A stall that was shorter than this costs a student nothing,"""
NEAR_MS = 10_000
"""unless so little time was left."""


def credited_ms(state: AttemptState) -> int:
    """What outages have given back, without those that a teacher vetoed."""
    last = sum(credit.outage_ms for credit in state.credits if not credit.vetoed)
    return state.credited_before_ms + last


def deadline(state: AttemptState) -> int | None:
    """When the attempt ends at the latest; None if nothing ends it."""
    given = state.extra_ms + credited_ms(state)
    if state.reopened_until is not None:
        return state.reopened_until + given
    timing, ends = state.timing, list[int]()
    limit = None if timing.unlimited or timing.limit_ms is None else timing.limit_ms
    longer = 0
    if limit is not None:
        own = int(limit * timing.factor)
        longer = own - limit
        ends.append(state.begun_at + own + given)
    if timing.closes_at is not None:
        ends.append(timing.closes_at + longer + given)
    return min(ends, default=None)


def in_time(state: AttemptState, at: int) -> bool:
    """Whether what was read at that moment was read before the end, as far as it is known."""
    if state.end is not None:
        return False
    until = deadline(state)
    return until is None or at <= until


def is_felt(state: AttemptState, began: int, until: int) -> bool:
    """Whether that stall may have cost the student anything.

    One writes on in a short one, and what was written is read at its end; only near the deadline it
    may be read too late. To give it back would move the deadlines of a whole room each time that
    the machine stutters.
    """
    ends = deadline(state)
    return until - began >= SHORT_MS or (ends is not None and until >= ends - NEAR_MS)


def lost_in(state: AttemptState, began: int, until: int) -> tuple[int, int]:
    """The part of an outage that the attempt has lost: from when, and for how long.

    Nothing before it began, after it ended, or that was credited before; nothing where there can be
    no deadline, or where it had passed before. A student without a limit may get one again.
    """
    ends = deadline(state)
    if state.end is not None or (ends is None and state.timing.limit_ms is None):
        return began, 0
    known = max((credit.began + credit.outage_ms for credit in state.credits), default=0)
    since = max(began, state.begun_at, known)
    return since, max(0, until - since) if ends is None or since < ends else 0


def taken_ms(state: AttemptState, ended_at: int) -> int:
    """How long the student had it open, without outages."""
    return max(0, ended_at - state.begun_at - state.away_ms - credited_ms(state))
