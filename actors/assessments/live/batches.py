"""What is published in batches: who is in the lobby, how many chose what, who is waited for.

Each publication is the whole state, so none builds on another, and while changes go on they are
volatile: a slow reader misses some. The last of a series must not be missed, or the screen would
stay wrong for as long as nothing changes; so it is published once more to everybody when nothing
has followed for `SETTLED_MS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from actors.assessments.live import views
from actors.assessments.live.state import LiveState
from actors.effects import Effects, Publish, WakeAt
from protocol import topics
from protocol.assessments.live.phases import Phase
from protocol.envelope import Message

SETTLED_MS = 1_000


class Batched(NamedTuple):
    """A publication that is made in these phases."""

    event: str
    topic: Callable[[str], str]
    make: Callable[[LiveState], Message]
    phases: frozenset[Phase]


BATCHED: Mapping[str, Batched] = {
    "lobby": Batched("live.lobby", topics.live, views.lobby, frozenset(Phase)),
    "histogram": Batched(
        "live.histogram", topics.live_hosts, views.histogram, frozenset((Phase.OPEN, Phase.CLOSED))
    ),
    "awaited": Batched("live.awaited", topics.live_hosts, views.awaited, frozenset((Phase.OPEN,))),
}


def _changed(name: str, state: LiveState, now: int) -> Effects:
    return [
        *_publish(name, state, volatile=True),
        WakeAt(settled(name), now + SETTLED_MS, durable=False),
    ]


def _settled(name: str, state: LiveState, _now: int) -> Effects:
    return _publish(name, state, volatile=False)


def _publish(name: str, state: LiveState, *, volatile: bool) -> Effects:
    batched = BATCHED[name]
    if state.phase not in batched.phases:
        return []
    topic = batched.topic(state.live_quiz_id)
    return [Publish(topic, batched.event, batched.make(state), volatile=volatile)]


def settled(name: str) -> str:
    """The alarm for the last publication of a series."""
    return f"{name} settled"


ALARMS: Mapping[str, Callable[[LiveState, int], Effects]] = {
    **{name: partial(_changed, name) for name in BATCHED},
    **{settled(name): partial(_settled, name) for name in BATCHED},
}
