"""How far the attempts at one quiz are, gathered for its staff.

Volatile: the attempts say what changes, and `Gathered` brings those that said nothing since this
actor is in memory. Changes are published together, twice a second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from actors.effects import Effect, Effects, Publish, Reply, Volatile, WakeAt
from protocol import topics
from protocol.assessments.attempts.progress import (
    MAX_WATCHED,
    WATCH,
    AttemptProgress,
    Gathered,
    Gathering,
    IsGathered,
    NameStudent,
    QuizProgress,
    ShowQuizProgress,
)
from protocol.envelope import Message
from protocol.lifecycle import Done, Reminded

kind = WATCH
schema = 1

BATCH = "batch"
BATCH_MS = 500
MAX_PUBLISHED = 250
"""Attempts in one publication: some 70 KB."""


class Told(Message, frozen=True, kw_only=True, tag="assessments.watch_told"):
    """Volatile event: what has changed was published."""


class Watched(msgspec.Struct):
    """`changed` are to be published; `names` are those of students, by id."""

    quiz_id: str
    attempts: dict[str, AttemptProgress] = {}
    names: dict[str, str] = {}
    changed: dict[str, None] = {}
    gathered: bool = False
    more: bool = False


event_types = AttemptProgress | Gathered | NameStudent | Told
state_type = Watched


def initial(key: str) -> Watched:
    """A quiz of which nothing is known."""
    return Watched(quiz_id=key)


def decide(state: Watched, command: Message, now: int) -> Effects:
    """The effects of a command at the time `now`; the runtime's own messages change nothing."""
    rule = _DECIDE.get(type(command))
    return [] if rule is None else rule(state, command, now)


def evolve(state: Watched, event: Any) -> Watched:
    """Apply a volatile event; changes and returns `state`."""
    _EVOLVE[type(event)](state, event)
    return state


# --- decide ---------------------------------------------------------------------------------------


def _progressed(state: Watched, command: AttemptProgress, now: int) -> Effects:
    return [Volatile(command), *_soon(state, now)]


def _named(state: Watched, command: NameStudent, now: int) -> Effects:
    return [] if state.names.get(command.student_id) == command.name else [Volatile(command)]


def _gathered(_state: Watched, command: Gathered, _now: int) -> Effects:
    return [Volatile(command), Reply(Done())]


def _is_gathered(state: Watched, _: IsGathered, _now: int) -> Effects:
    return [Reply(Gathering(gathered=state.gathered))]


def _show(state: Watched, _: ShowQuizProgress, now: int) -> Effects:
    return [Reply(_progress(state, tuple(state.attempts), now))]


def _soon(state: Watched, now: int) -> list[Effect]:
    """Publish with what else changes meanwhile, unless that is due already."""
    return [] if state.changed else [WakeAt(BATCH, now + BATCH_MS, durable=False)]


def _reminded(state: Watched, command: Reminded, now: int) -> Effects:
    if command.name != BATCH or not state.changed:
        return []
    changed, topic = tuple(state.changed), topics.quiz_staff(state.quiz_id)
    parts = (changed[n : n + MAX_PUBLISHED] for n in range(0, len(changed), MAX_PUBLISHED))
    said = [Publish(topic, "quiz.progress", _progress(state, part, now)) for part in parts]
    return [Volatile(Told()), *said]


def _progress(state: Watched, ids: tuple[str, ...], now: int) -> QuizProgress:
    known = (state.attempts[each] for each in ids if each in state.attempts)
    return QuizProgress(
        quiz_id=state.quiz_id,
        attempts=tuple(
            msgspec.structs.replace(each, student_name=state.names.get(each.student_id))
            for each in known
        ),
        more=state.more,
        now=now,
    )


_DECIDE: dict[type[Message], Callable[[Watched, Any, int], Effects]] = {
    AttemptProgress: _progressed,
    NameStudent: _named,
    Gathered: _gathered,
    IsGathered: _is_gathered,
    ShowQuizProgress: _show,
    Reminded: _reminded,
}


# --- evolve ---------------------------------------------------------------------------------------


def _keep(state: Watched, progress: AttemptProgress) -> bool:
    """Keep it if there is room, which those that have ended make first."""
    known = state.attempts
    if progress.submission_id not in known and len(known) >= MAX_WATCHED:
        over = next((key for key, each in known.items() if each.ended_at is not None), None)
        state.more = True
        if over is None:
            return False
        del known[over]
    known[progress.submission_id] = progress
    return True


def _on_progress(state: Watched, event: AttemptProgress) -> None:
    if _keep(state, event):
        state.changed[event.submission_id] = None


def _on_gathered(state: Watched, event: Gathered) -> None:
    state.gathered, state.more = True, state.more or event.more
    for progress in event.attempts:
        if progress.student_name is not None:
            state.names.setdefault(progress.student_id, progress.student_name)
        if progress.submission_id not in state.attempts:
            _keep(state, progress)


def _on_name(state: Watched, event: NameStudent) -> None:
    if len(state.names) < 2 * MAX_WATCHED:
        state.names[event.student_id] = event.name


def _on_told(state: Watched, _: Told) -> None:
    state.changed = {}


_EVOLVE: dict[type[Message], Callable[[Watched, Any], None]] = {
    AttemptProgress: _on_progress,
    Gathered: _on_gathered,
    NameStudent: _on_name,
    Told: _on_told,
}
