"""What a decision changes for those who watch: the student's other devices, and the staff."""

from __future__ import annotations

from collections.abc import Sequence

from actors.assessments.attempts import views
from actors.assessments.attempts.evolution import evolve
from actors.assessments.attempts.state import AttemptState, devices, forked
from actors.assessments.attempts.volatile import Awoken, ChainOffered, StudentSeen
from actors.effects import Effect, Persist, Publish, Send, Volatile
from protocol import topics
from protocol.assessments.attempts.events import AttemptActivityNoted, AttemptAnswerSaved
from protocol.assessments.attempts.progress import WATCH
from protocol.assessments.attempts.views import AttemptDevices
from protocol.envelope import Address, Message

UNTOLD = (AttemptActivityNoted, StudentSeen, ChainOffered)
"""Nobody sees anything of them."""


def told(state: AttemptState, effects: Sequence[Effect]) -> list[Effect]:
    """Say how far it is, and how many devices there are, if that is another now."""
    events = [event for effect in effects for event in _events(effect)]
    if not any(map(_moves, events)):
        return []
    then = forked(state)
    for event in events:
        then = evolve(then, event)
    found: list[Effect] = []
    if devices(then) != devices(state):
        said = AttemptDevices(submission_id=state.submission_id, devices=devices(then))
        found.append(Publish(topics.attempt(state.submission_id), "attempt.devices", said))
    progress = views.progress(then)
    # What was said by an activation before may have been lost with it.
    awoken = any(type(event) is Awoken for event in events)
    if awoken or not state.begun or progress != views.progress(state):
        found.append(Send(Address(WATCH, then.quiz_id), progress))
    return found


def _events(effect: Effect) -> tuple[Message, ...]:
    if isinstance(effect, Persist):
        return effect.events
    return (effect.event,) if isinstance(effect, Volatile) else ()


def _moves(event: Message) -> bool:
    """Whether it may change anything for them; most changes of answers do not."""
    if type(event) is AttemptAnswerSaved:
        return not event.changed or event.answer is None
    return type(event) not in UNTOLD
