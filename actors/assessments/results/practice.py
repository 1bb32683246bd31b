"""The rules of practice: who may, and what an answer is worth when nothing is at stake."""

from __future__ import annotations

from actors.assessments.answers import grading
from actors.assessments.answers.keys import accepting
from actors.assessments.answers.shapes import check_shape
from actors.assessments.answers.shown_keys import shown_key, shown_places
from protocol.assessments.practice import CheckPracticeAnswer, PracticeChecked
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.permissions import VISIBLE, Relation
from protocol.records.assessments import PlayedQuestion, PracticeFacts, PracticeRule
from protocol.validation import Rule


def permitted(question: CheckPracticeAnswer) -> PracticeRule:
    """The rule for practising: staff always, players if the quiz allows it."""

    def rule(facts: PracticeFacts) -> None:
        staff = _is_staff(facts, question)
        if not (staff or facts.played):
            if not facts.studies:
                raise NotFoundError("live quiz", facts.game.live_quiz_id)
            said = "Only those who played in this live quiz may practise its questions"
            raise AuthorizationError(said, required_role="owner", user_role=question.by_role)
        if not facts.game.finished:
            raise RefusedError("GAME_NOT_FINISHED", "The game is not over yet")
        if not (staff or facts.allowed):
            raise RefusedError("PRACTICE_OFF", "The quiz does not allow practice")

    return rule


def _is_staff(facts: PracticeFacts, question: CheckPracticeAnswer) -> bool:
    relations = facts.game.course.relations(question.by, question.by_role)
    return not (VISIBLE["LiveQuizPractice"].to - {Relation.OWNER}).isdisjoint(relations)


def checked(
    facts: PracticeFacts, played: PlayedQuestion, question: CheckPracticeAnswer
) -> PracticeChecked:
    """Grade an answer as the game would, by what counts as right now. Raises `ValidationError`."""
    asked = accepting(played.question, played.accepted)
    if grading.needs_person(asked):
        said = "only a person can grade it"
        raise ValidationError.of("questionIndex", Rule.NOT_APPLICABLE, said)
    check_shape(asked, question.answer)
    presented = range(len(grading.choices(asked)))
    grade = grading.grade(asked, presented, question.answer)
    assert grade is not None
    right, accepted = shown_key(asked, presented)
    explains = facts.explained or _is_staff(facts, question)
    formats = asked.formats if explains else None
    html = formats and formats.explanation and formats.explanation.html
    return PracticeChecked(
        correct=grade.correct,
        share=round(grade.right / grade.of, 4),
        right=right,
        accepted=accepted,
        places=shown_places(asked),
        explanation=asked.explanation if explains else None,
        explanation_html=html or None,
    )
