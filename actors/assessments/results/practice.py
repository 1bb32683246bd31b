"""Practice of the questions of a game that is over: who may, and by which key."""

from __future__ import annotations

from actors.assessments.answers.keys import accepting
from actors.assessments.practice import compared
from protocol.assessments.practice import CheckPracticeAnswer, PracticeChecked
from protocol.errors import AuthorizationError, NotFoundError, RefusedError
from protocol.permissions import VISIBLE, Relation
from protocol.records.assessments import PlayedQuestion, PracticeFacts, PracticeRule


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
    explains = facts.explained or _is_staff(facts, question)
    return compared(asked, question.answer, explains=explains, field="questionIndex")
