"""Each player's own clock for the question in play: how it runs, and when it runs out.

The question's clock begins when it opens and stands still in pauses and outages. After an outage a
player's own clock stands still longer, until the player is back. Everything that asks how long
somebody took or has left asks here; what changes a clock is at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from actors.assessments.live.state import LiveState, Player, Stop, may_answer
from protocol.assessments.live.phases import Phase

MAX_STOPS = 64
"""Stops remembered for one question. What was read before the oldest was decided long ago."""


def allotted_to(state: LiveState, player: Player) -> int:
    """This player's time for the question in play, in ms."""
    factor = state.asked_with.get(player.player_id, player.factor)
    return int(state.allotted_ms * factor)


def reading(state: LiveState, at: int) -> int:
    """The question's clock at a moment, before the opening below zero.

    Only the stops before that moment count, even if more of them are known by now.
    """
    if state.paused_at is not None:
        at = min(at, state.paused_at)
    clock = at - state.opens_at - state.stopped_ms
    if not state.stops:  # nearly always; it is asked for every answer
        return clock
    return clock + sum(stop.ended - max(stop.began, at) for stop in state.stops if stop.ended > at)


def waited_by(state: LiveState, player: Player) -> int:
    """How much longer this player's own clock stood still, in ms.

    For one who is still awaited, what it will be at most.
    """
    waited = state.waits.get(player.player_id, 0)
    if player.player_id in state.returning:
        waited += _window(state, state.returns_until)
    return waited


def deadline_of(state: LiveState, player: Player) -> int:
    """This player's own deadline for the question in play."""
    return state.opens_at + state.stopped_ms + allotted_to(state, player) + waited_by(state, player)


def elapsed_of(state: LiveState, player: Player, at: int, credit_ms: int = 0) -> int:
    """The time this player had taken at a moment, less a credit; never below zero."""
    return max(0, reading(state, at) - waited_by(state, player) - credit_ms)


def credit_of(state: LiveState, round_trip_ms: int) -> int:
    """How much of the network's round trip the game gives back, in ms: all of it, up to the cap.

    The player pays it whole: the question takes one half to come, the answer the other to be read.
    """
    return max(0, min(round_trip_ms, state.opening.config.latency_cap_ms)) if round_trip_ms else 0


def last_read_at(state: LiveState, player: Player, round_trip_ms: int) -> int:
    """When an answer that this player gave within the own deadline is read at the latest."""
    return deadline_of(state, player) + credit_of(state, round_trip_ms)


def was_paused(state: LiveState, at: int) -> bool:
    """Whether the question in play took no answers at that moment because of a pause."""
    if state.paused_at is not None and at >= state.paused_at:
        return True
    stops = state.stops
    return bool(stops) and any(stop.paused and stop.began <= at < stop.ended for stop in stops)


def in_time(state: LiveState, player: Player, at: int, round_trip_ms: int = 0) -> bool:
    """Whether the question in play was open to this player for what was read at that moment.

    It is asked when an answer is decided, which may be after the question has closed; what counts
    is when the answer was read.
    """
    credit = credit_of(state, round_trip_ms)
    if reading(state, at) - waited_by(state, player) - credit > allotted_to(state, player):
        return False
    closed_at = state.closed_at
    return closed_at is None or at < closed_at or closed_at >= deadline_of(state, player) + credit


def closing_at(state: LiveState, besides: str = "") -> int:
    """When the open question ends: its deadline, or later for those here whose answer may come
    later, as their own clock says or as the network delays it."""
    latest = state.closes_at
    pending = state.presence.pending
    for player_id in _special(state):
        if player_id in pending and player_id != besides:
            latest = max(latest, awaited_until(state, player_id))
    return latest


def awaits_another(state: LiveState, until: int, besides: str) -> bool:
    """Whether the open question waits at least so long for somebody else with an own clock.

    Whoever came back last has longest, so the search begins there.
    """
    pending = state.presence.pending
    own = chain(state.extra, state.returning, reversed(state.waits))
    return any(
        player_id in pending and player_id != besides and awaited_until(state, player_id) >= until
        for player_id in own
    )


def nobody_has_time(state: LiveState, at: int, besides: str) -> bool:
    """Whether at that moment everybody's time was up, except perhaps that of one player."""
    if at <= state.closes_at:
        return False
    pending = state.presence.pending
    return not any(
        player_id in pending and player_id != besides and at <= awaited_until(state, player_id)
        for player_id in _special(state)
    )


def _special(state: LiveState) -> Iterable[str]:
    """Those whom the common deadline may not fit; some are named twice."""
    return chain(state.extra, state.waits, state.returning, state.presence.links)


def has_own_clock(state: LiveState, player_id: str) -> bool:
    """Whether this player's time differs from everybody's, the network aside."""
    return player_id in state.extra or player_id in state.waits or player_id in state.returning


def awaited_until(state: LiveState, player_id: str) -> int:
    """When an answer of this player in time is read at the latest, over the link as it is now."""
    link = state.presence.links.get(player_id)
    round_trip_ms = 0 if link is None else link.round_trip_ms
    return last_read_at(state, state.players[player_id], round_trip_ms)


# --- what changes clocks, for `evolve` ------------------------------------------------------------


def start(state: LiveState, opens_at: int, allotted_ms: int) -> None:
    """A question opens, perhaps while players are still on their way back from an outage."""
    if state.returns_until <= opens_at:
        state.absent.update(state.returning)
        state.returning = {}
    state.opens_at = state.returns_from = opens_at
    state.allotted_ms, state.stopped_ms, state.stops = allotted_ms, 0, ()
    state.closed_at = None
    state.asked_with, state.waits = {}, {}


def stop(state: LiveState, began: int, ended: int, *, paused: bool) -> None:
    """The clock stood still meanwhile."""
    state.stopped_ms += ended - began
    state.stops = (*state.stops, Stop(began, ended, paused))[-MAX_STOPS:]


def close(state: LiveState, at: int) -> None:
    """The question takes no more answers; in a pause it took none already."""
    state.closed_at = at if state.paused_at is None else min(at, state.paused_at)


def await_returns(state: LiveState, began: int, at: int, return_ms: int) -> None:
    """After an outage from `began` to `at`, the own clocks of those who were here wait for them.

    Whoever was still on the way back from an earlier outage has waited until this one began. To be
    called before the stop itself is counted.
    """
    absent = state.absent
    absent.update(expired(state, began))
    for player_id in state.returning:
        _add_wait(state, player_id, began)
    players = state.players.values()
    here = (p.player_id for p in players if not p.out and p.player_id not in absent)
    state.returning = dict.fromkeys(here, True)
    state.returns_from, state.returns_until = at, at + return_ms


def expired(state: LiveState, at: int) -> dict[str, bool]:
    """Those who have not come back from an earlier outage within their time."""
    return state.returning if state.returns_until <= at else {}


def returned(state: LiveState, player_id: str, at: int) -> None:
    """The player is back, and the own clock runs again."""
    if state.returning.pop(player_id, None):
        _add_wait(state, player_id, at)


def _add_wait(state: LiveState, player_id: str, at: int) -> None:
    """Count it if a question is open to the player: it is nobody's loss otherwise."""
    if state.phase is not Phase.OPEN or not may_answer(state, state.players[player_id]):
        return
    waited = _window(state, min(at, state.returns_until))
    if waited:
        state.waits[player_id] = state.waits.get(player_id, 0) + waited


def _window(state: LiveState, until: int) -> int:
    """How far the question's clock went since players are awaited; a pause is not counted twice."""
    return max(0, reading(state, until) - reading(state, state.returns_from))
