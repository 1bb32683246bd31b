"""What decisions about a question make of the marks for it.

A mark follows from the question as it was asked, the answer and the decisions alone, so it does not
matter whether an attempt ended before a decision or after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from actors.assessments.answers.grading import choices
from actors.assessments.attempts.worth import REVIEWED, mark_of
from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.regrading import Regrade, RegradePolicy
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import (
    BlanksKey,
    HotspotKey,
    MatchingKey,
    Question,
    QuestionType,
)


def decided(
    question: Question,
    given: GivenAnswer | None,
    regrades: Sequence[Regrade],
    *,
    review: frozenset[QuestionType] = REVIEWED,
    penalty: int | None = None,
) -> Mark:
    """The mark for an answer to a question as it was asked, after these decisions."""
    mark = mark_of(question, given, review=review, penalty=penalty)
    for regrade in regrades:
        if regrade.policy is RegradePolicy.FULL_POINTS:
            full = {"automatic": mark.most, "correct": True, "review": False, "left_out": False}
            mark = msgspec.structs.replace(mark, **full)
        elif regrade.policy is RegradePolicy.LEAVE_OUT:
            mark = msgspec.structs.replace(mark, left_out=True, review=False)
        else:
            assert regrade.question is not None
            asked = with_key(question, regrade.question)
            now = mark_of(asked, given, review=review, penalty=penalty)
            mark = _upward(mark, now) if regrade.policy is RegradePolicy.ONLY_UPWARD else now
    return mark


def _upward(before: Mark, now: Mark) -> Mark:
    """The new mark, unless it is less. What was left out stays out."""
    if before.left_out:
        return before
    if before.automatic is None:
        return now if now.earned >= 0 else msgspec.structs.replace(now, automatic=Decimal(0))
    if now.automatic is not None and now.automatic >= before.automatic:
        return now
    return msgspec.structs.replace(
        now, automatic=before.automatic, correct=before.correct, review=before.review
    )


def over_given(mark: Mark, policy: RegradePolicy) -> Mark:
    """The mark with what the policy says in place of what a person gave."""
    if mark.given is None or mark.automatic is None:
        return mark
    upward = policy is RegradePolicy.ONLY_UPWARD
    given = max(mark.given, mark.automatic) if upward else mark.automatic
    levels = mark.levels if given == mark.given else None
    return msgspec.structs.replace(mark, given=given, levels=levels, correct=given >= mark.most)


def with_key(asked: Question, present: Question) -> Question:
    """The question as it was asked, with the key of now. Its points stay."""
    return msgspec.structs.replace(
        asked, key=present.key, multiple=present.multiple, all_or_nothing=present.all_or_nothing
    )


def applies(regrade: Regrade, asked: Question, revision: int) -> bool:
    """Whether a decision is about the question as a version of the quiz asks it."""
    if revision <= regrade.revision:
        return True
    return regrade.question is not None and _asks(asked) == _asks(regrade.question)


def _asks(question: Question) -> tuple[Any, ...]:
    """What makes it the same question."""
    return (
        *(question.type, question.text, question.options, question.key, question.multiple),
        *(question.all_or_nothing, question.decimal_comma),
    )


def answers_fit(asked: Question, present: Question) -> bool:
    """Whether answers to a question, as it was asked, mean the same to the key of now."""
    same = asked.type is present.type and choices(asked) == choices(present)
    return same and _parts(asked) == _parts(present)


def _parts(question: Question) -> object:
    """To what the parts of an answer belong, beside options."""
    match question.key:
        case BlanksKey(blanks=blanks):
            return len(blanks)
        case MatchingKey(pairs=pairs):
            return tuple(prompt for prompt, _ in pairs)
        case HotspotKey():
            return question.media_url
    return None
