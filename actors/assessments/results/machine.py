"""The rules of what is decided about results: who may, when, and within which bounds."""

from __future__ import annotations

from actors.assessments.answers import grading
from actors.assessments.answers.keys import folded, is_typed, texts_of, with_text
from actors.assessments.live import scoring
from actors.assessments.questions import MAX_ACCEPTED
from actors.course_rules import unarchived
from actors.fields import Fields
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import are_exact
from protocol.assessments.quizzes import AnswerKey, Question
from protocol.assessments.results import (
    MAX_ACCEPTED_AFTERWARDS,
    MAX_ACCEPTED_ANSWER,
    MAX_FEEDBACK,
    MAX_FOLDED_BYTES,
    AcceptAnswer,
    ListTypedAnswers,
    RemoveAcceptedAnswer,
    ScoreEssay,
)
from protocol.errors import NotFoundError, RefusedError, ValidationError
from protocol.permissions import VISIBLE, require
from protocol.records.assessments import (
    Accepted,
    AcceptRule,
    EssayRule,
    EssayScore,
    GameFacts,
    KeyRule,
    PlayedQuestion,
    ResultRule,
)
from protocol.validation import Rule


def permitted(operation: str, by: str, by_role: str, *, to_quiz: bool = False) -> ResultRule:
    """The rule for deciding about results; a quiz is not changed in an archived course."""

    def rule(game: GameFacts) -> None:
        require(operation, game.course.relations(by, by_role), by_role)
        if not game.finished:
            raise RefusedError("GAME_NOT_FINISHED", "The game is not over yet")
        if to_quiz:
            unarchived(game.course)

    return rule


def seen_by(question: ListTypedAnswers) -> ResultRule:
    """The rule for reading what was typed: for whoever sees the questions of the game."""

    def rule(game: GameFacts) -> None:
        relations = game.course.relations(question.by, question.by_role)
        if VISIBLE["LiveQuizQuestion"].to.isdisjoint(relations):
            raise NotFoundError("live quiz", game.live_quiz_id)

    return rule


def check_typed(played: PlayedQuestion, blank: int) -> None:
    """Raise `ValidationError` unless something was typed there."""
    if not is_typed(played.question, blank):
        field = "blank" if is_typed(played.question, 0) else "questionIndex"
        raise ValidationError.of(field, Rule.NOT_APPLICABLE, "nothing is typed there")


def accepted(command: AcceptAnswer | RemoveAcceptedAnswer) -> AcceptRule:
    """What is to be kept, or forgotten. Raises `ValidationError`."""
    fields = Fields()
    answer = fields.text("answer", command.answer, most=MAX_ACCEPTED_ANSWER)
    fields.check()

    def rule(played: PlayedQuestion) -> Accepted:
        check_typed(played, command.blank)
        if played.skipped:
            said = "was skipped: nobody gets points for it"
            raise ValidationError.of("questionIndex", Rule.NOT_APPLICABLE, said)
        plain = folded(played.question, answer)
        if not plain:
            raise ValidationError.of("answer", Rule.NOTHING_VISIBLE, "has nothing to compare")
        if len(plain.encode()) > MAX_FOLDED_BYTES:
            most = MAX_ACCEPTED_ANSWER
            raise ValidationError.of("answer", Rule.TOO_LONG, "is too long", max=most)
        known = {(each.blank, each.folded) for each in played.accepted}
        if (command.blank, plain) not in known and len(known) >= MAX_ACCEPTED_AFTERWARDS:
            most = MAX_ACCEPTED_AFTERWARDS
            said = f"must be at most {most} for a question"
            raise ValidationError.of("answer", Rule.TOO_MANY, said, max=most)
        return Accepted(answer=answer, folded=plain, blank=command.blank)

    return rule


def to_quiz(command: AcceptAnswer) -> KeyRule | None:
    """The rule for the key of the quiz's own question; None if it is to stay as it is."""
    if not command.add_to_quiz:
        return None
    answer = command.answer.strip()

    def rule(question: Question) -> AnswerKey:
        if not is_typed(question, command.blank):
            said = "the question of the quiz is another one now"
            raise ValidationError.of("addToQuiz", Rule.NOT_APPLICABLE, said)
        known = texts_of(question, command.blank)
        if folded(question, answer) in {folded(question, text) for text in known}:
            return question.key
        if len(known) >= MAX_ACCEPTED:
            said = f"must be at most {MAX_ACCEPTED} accepted answers"
            raise ValidationError.of("addToQuiz", Rule.TOO_MANY, said, max=MAX_ACCEPTED)
        return with_text(question.key, answer, command.blank)

    return rule


def essay_score(command: ScoreEssay) -> EssayRule:
    """Points for an answer that only a person can grade. Raises `ValidationError`."""
    fields = Fields()
    feedback = fields.optional_words("feedback", command.feedback, most=MAX_FEEDBACK)
    fields.check()

    def rule(config: LiveConfig, played: PlayedQuestion) -> EssayScore:
        if played.skipped or not grading.needs_person(played.question):
            said = "is not graded by a person"
            raise ValidationError.of("questionIndex", Rule.NOT_APPLICABLE, said)
        most = scoring.worth(config, played.question.points)
        if not 0 <= command.points <= most:
            said = f"must be from 0 to {most}"
            raise ValidationError.of("points", Rule.OUT_OF_RANGE, said, min=0, max=most)
        if not are_exact(command.points):
            said = "must have at most two digits after the point"
            raise ValidationError.of("points", Rule.INVALID_FORMAT, said)
        return EssayScore(player_id=command.player_id, points=command.points, feedback=feedback)

    return rule
