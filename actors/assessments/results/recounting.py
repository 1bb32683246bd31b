"""Counting of results anew, from what the game gave and what was decided since.

What the game gave for an answer is its base and, for a right one, the bonus of its streak. A
decision about a question changes the bases of answers to that question alone; the bonuses of
whatever follows are those of the new streaks. So the outcome does not depend on the order of
decisions, and without any it is what the game gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actors.assessments.answers import grading
from actors.assessments.answers.keys import accepting
from actors.assessments.live import scoring
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import Points, total
from protocol.assessments.quizzes import Question
from protocol.records.assessments import Counted, PlayedAnswer, PlayedQuestion, Recount

NOTHING: Mapping[int, Counted] = {}


def affected(
    config: LiveConfig, played: PlayedQuestion, answers: Sequence[PlayedAnswer]
) -> list[PlayedAnswer]:
    """Those that count something else than the game gave, or have done so far."""
    extended = accepting(played.question, played.accepted)
    return [
        answer
        for answer in answers
        if played.index in answer.recounted
        or _outcome(config, played, extended, answer) is not None
    ]


def recounts(
    config: LiveConfig, played: PlayedQuestion, answers: Sequence[PlayedAnswer]
) -> list[Recount]:
    """The rows that change, of players with these answers to the question."""
    extended = accepting(played.question, played.accepted)
    found = []
    for answer in answers:
        now = _outcome(config, played, extended, answer)
        recount = _recount(config, played, answer, now)
        if recount is not None:
            found.append(recount)
    return found


def _outcome(
    config: LiveConfig, played: PlayedQuestion, extended: Question, answer: PlayedAnswer
) -> Counted | None:
    """What the answer counts without a bonus; None for what the game gave."""
    if played.skipped:
        return None
    question = played.question
    if answer.scored is not None:
        full = answer.scored >= scoring.worth(config, question.points)
        return Counted(full, answer.scored, scored=True)
    before = grading.grade(question, (), answer.answer) if played.accepted else None
    now = grading.grade(extended, (), answer.answer) if played.accepted else None
    if now == before:
        return None
    allotted_ms = played.own_ms.get(answer.player_id, played.allotted_ms)
    scored = scoring.score(config, question.points, now, answer.elapsed_ms, allotted_ms, streak=0)
    return Counted(scored.correct, scored.points)


def _recount(
    config: LiveConfig, played: PlayedQuestion, answer: PlayedAnswer, outcome: Counted | None
) -> Recount | None:
    recounted = _recounted(config, played, answer, outcome)
    if recounted == answer.recounted:
        return None
    score: Points = 0
    correct = 0
    for index in {*recounted, *answer.recounted}:
        if recounted.get(index) == answer.recounted.get(index):
            continue
        given = _given(answer, index)
        now, then = answer.recounted.get(index, given), recounted.get(index, given)
        score = total(score, total(then.points, -now.points))
        correct += (then.correct is True) - (now.correct is True)
    return Recount(player_id=answer.player_id, score=score, correct=correct, recounted=recounted)


def _recounted(
    config: LiveConfig, played: PlayedQuestion, answer: PlayedAnswer, outcome: Counted | None
) -> dict[int, Counted]:
    """What is to be different from the game: this answer, and those that its streak reaches."""
    index, worth = played.index, played.worth
    given = _given(answer, index)
    streak_now = streak = _streak_before(answer, index, answer.recounted)
    if outcome is None:
        outcome = _plus(given, -_bonus(config, worth[index], given, _streak_before(answer, index)))
    recounted = dict(answer.recounted)
    for at in range(index, answer.first + len(answer.correct)):
        given = _given(answer, at)
        counts = answer.recounted.get(at, given)
        if at == index:
            base = outcome
        elif streak == streak_now:
            break
        else:
            base = _plus(counts, -_bonus(config, worth[at], counts, streak_now))
        then = _plus(base, _bonus(config, worth[at], base, streak))
        recounted.pop(at, None)
        if then != given:
            recounted[at] = then
        streak_now, streak = _streak(streak_now, counts), _streak(streak, then)
    return recounted


def _given(answer: PlayedAnswer, index: int) -> Counted:
    """What the game gave for the answer to that question."""
    at = index - answer.first
    return Counted(answer.correct[at], answer.points[at])


def _streak_before(
    answer: PlayedAnswer, index: int, recounted: Mapping[int, Counted] = NOTHING
) -> int:
    """The streak with which a player came to that question."""
    streak = 0
    for at in range(index - 1, answer.first - 1, -1):
        counted = recounted.get(at) or _given(answer, at)
        if counted.correct is False and not counted.scored:
            break
        streak += _counts(counted)
    return streak


def _streak(before: int, counted: Counted) -> int:
    """The streak after an answer."""
    if counted.correct is None or counted.scored:
        return before
    return before + 1 if counted.correct else 0


def _counts(counted: Counted) -> bool:
    """Whether the answer is one of a streak."""
    return counted.correct is True and not counted.scored


def _bonus(config: LiveConfig, worth: Points, counted: Counted, streak: int) -> Points:
    """What an answer gets beside its base after such a streak."""
    return scoring.bonus(config, worth, streak + 1) if _counts(counted) else 0


def _plus(counted: Counted, points: Points) -> Counted:
    return Counted(counted.correct, total(counted.points, points), counted.scored)
