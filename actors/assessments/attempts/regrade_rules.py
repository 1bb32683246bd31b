"""Who may have a question marked anew, and what that decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from actors.assessments.attempts.marking import kept
from actors.assessments.attempts.regrading import answers_fit, applies, decided, over_given
from actors.assessments.attempts.rules import reviewed
from actors.revisions import since
from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.regrading import (
    MAX_PREVIEWED,
    MAX_REGRADES,
    NEEDS_KEY,
    PreviewRegrade,
    Regrade,
    RegradePolicy,
    RegradeQuestion,
    RegradeRequest,
)
from protocol.errors import NotFoundError, RefusedError, ValidationError
from protocol.permissions import VISIBLE, require
from protocol.records.assessments import Answered, RegradeFacts, Remarking
from protocol.records.common import RevisionFacts
from protocol.validation import Rule

_PLACE = re.compile(r"[0-9]{1,7}", re.ASCII)


def may_preview(question: PreviewRegrade) -> Callable[[RegradeFacts], tuple[Regrade, ...]]:
    """The rule for reading what a decision would change."""

    def rule(facts: RegradeFacts) -> tuple[Regrade, ...]:
        relations = facts.course.relations(question.by, question.by_role)
        if VISIBLE["QuizRegradePreview"].to.isdisjoint(relations):
            raise NotFoundError("quiz", question.quiz_id[:64])
        return _decision(question, facts)

    return rule


def may_regrade(command: RegradeQuestion) -> Callable[[RegradeFacts], tuple[Regrade, ...]]:
    """The rule for a decision. What is decided already is not refused."""

    def rule(facts: RegradeFacts) -> tuple[Regrade, ...]:
        relations = facts.course.relations(command.by, command.by_role)
        require("regradeQuizQuestion", relations, command.by_role)
        decisions = _decision(command, facts)
        unchanged = decisions == facts.known and not command.over_given
        found = RevisionFacts(revision=facts.revision, unchanged=unchanged)
        since(command.expected_revision, "QUIZ_CHANGED", "quiz")(found)
        return decisions

    return rule


def _decision(request: RegradeRequest, facts: RegradeFacts) -> tuple[Regrade, ...]:
    if not facts.asked:
        raise NotFoundError("question", request.question_id[:64])
    if request.policy in NEEDS_KEY:
        _check_key(facts)
    new = Regrade(policy=request.policy, question=facts.present, revision=facts.revision)
    if request.policy is RegradePolicy.PRESENT_KEY:
        return (new,)  # whatever was decided before
    rest = [each for each in facts.known if _about(each) != _about(new)]
    if len(rest) >= MAX_REGRADES:
        said = f"must be at most {MAX_REGRADES} for a question; begin anew with the present key"
        raise ValidationError.of("policy", Rule.TOO_MANY, said, max=MAX_REGRADES)
    return (*rest, new)


def _about(regrade: Regrade) -> tuple[object, ...]:
    """What it says of a mark; the revision only says of which ones."""
    return regrade.policy, regrade.question


def _check_key(facts: RegradeFacts) -> None:
    """Raise `RefusedError` unless the answers of before can be compared with the key of now."""
    present = facts.present
    if present is None:
        raise RefusedError("QUESTION_GONE", "The quiz does not have this question any more")
    if facts.lacking:
        said = "This question is not finished"
        raise RefusedError("QUIZ_INCOMPLETE", said, question_ids=[present.id])
    if not all(answers_fit(asked, present) for asked in facts.asked):
        said = "The question is another one now, so its key says nothing of answers of before"
        raise RefusedError("QUESTION_DIFFERS", said)


def remarking(policy: RegradePolicy, *, over: bool) -> Remarking:
    """What a mark becomes; `over`: also where a person gave it."""

    def remark(regrades: Sequence[Regrade], answered: Answered) -> Mark:
        asked, question = answered.asked, answered.asked.question
        new = decided(
            question,
            answered.given,
            [each for each in regrades if applies(each, question, asked.revision)],
            review=reviewed(asked.settings),
            penalty=asked.settings.negative_marking,
        )
        mark = kept(answered.mark, new)
        return over_given(mark, policy) if over else mark

    return remark


def page_of(question: PreviewRegrade) -> tuple[int, int]:
    """How many attempts after how many. Raises `ValidationError`."""
    if not 1 <= question.first <= MAX_PREVIEWED:
        said = f"must be from 1 to {MAX_PREVIEWED}"
        raise ValidationError.of("first", Rule.OUT_OF_RANGE, said, min=1, max=MAX_PREVIEWED)
    if question.after and _PLACE.fullmatch(question.after) is None:
        raise ValidationError.of("after", Rule.INVALID_FORMAT, "is no cursor of this list")
    return question.first, int(question.after or 0)
