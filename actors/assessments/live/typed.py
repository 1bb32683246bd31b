"""What was typed in answer to the question in play, for the host's screen."""

from __future__ import annotations

from collections import Counter

from actors.assessments.answers.keys import folded, is_typed
from actors.assessments.live.state import LiveState
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import TypedAnswer
from protocol.assessments.quizzes import QuestionType

SHOWN = 20
MAX_TEXT = 120
"""Characters of one answer that are shown; more would not fit a room's screen."""
_LINES = frozenset({QuestionType.SHORT_ANSWER, QuestionType.FILL_BLANK, QuestionType.NUMERIC})


def typed_answers(state: LiveState) -> tuple[TypedAnswer, ...]:
    """The most frequent ones first. Empty before the reveal, and where nobody types a line."""
    if state.phase is not Phase.REVEAL or state.question.type not in _LINES:
        return ()
    counts: Counter[str] = Counter()
    first: dict[str, tuple[str, bool]] = {}
    for player in state.players.values():
        given = player.answers.get(state.index)
        if given is None or player.out:
            continue
        text = _line(given.answer)
        alike = text.casefold()
        counts[alike] += 1
        right = any(one.index == state.index and one.correct for one in player.results[-1:])
        first.setdefault(alike, (text, right))
    return tuple(
        TypedAnswer(
            text=text, count=count, right=right, acceptable=_acceptable(state, text, right=right)
        )
        for alike, count in counts.most_common(SHOWN)
        for text, right in (first[alike],)
    )


def _acceptable(state: LiveState, text: str, *, right: bool) -> bool:
    """Whether this text alone is an answer that could count as right."""
    question = state.question
    alone = is_typed(question, 0) and not is_typed(question, 1) and len(text) < MAX_TEXT
    return alone and not right and not state.skipped and folded(question, text) != ""


def _line(answer: list[int | str] | bool | str) -> str:
    parts = answer if isinstance(answer, list) else [str(answer)]
    return " · ".join(" ".join(str(part).split()) for part in parts)[:MAX_TEXT]
