"""Practice: the questions of a game or an attempt that is over, answered once more by oneself.

Nothing is kept, and no score changes: what is asked is whether an answer is right.
"""

from __future__ import annotations

from protocol.assessments.places import Place
from protocol.assessments.quizzes import Answer
from protocol.envelope import Message

# Handler: `Address("assessments", "")`. `protocol.permissions` says who may practise.


class CheckPracticeAnswer(Message, frozen=True, kw_only=True, tag="assessments.check_practice"):
    """Compare an answer with the key of a question that was played. Replies `PracticeChecked`.

    The answer names options by their places: those of `options`, or of the matches as they are
    sorted. NotFoundError for a game that the user does not see, or a question that was not revealed
    in it; AuthorizationError; RefusedError GAME_NOT_FINISHED, PRACTICE_OFF; ValidationError for an
    answer in another form than the question's, and for a question that only a person can grade.
    """

    by: str
    by_role: str
    live_quiz_id: str
    question_index: int
    answer: Answer


class CheckAttemptPracticeAnswer(
    Message, frozen=True, kw_only=True, tag="assessments.check_attempt_practice"
):
    """Compare an answer with the key of a question of an attempt. Replies `PracticeChecked`.

    By the key that counts now, where the attempt was marked anew. NotFoundError for an attempt that
    the user does not see, and for a question that was not asked in it or is left out; RefusedError
    ATTEMPT_RUNNING, PRACTICE_OFF; ValidationError as for a game.
    """

    by: str
    by_role: str
    submission_id: str
    question_id: str
    answer: Answer


class PracticeChecked(Message, frozen=True, kw_only=True, tag="assessments.practice_checked"):
    """`share` is the part of the answer that is right, from 0 to 1.

    `right` is the key in the form of an answer, `accepted` all accepted texts of a question with
    one text, `places` those of a hotspot. The explanation is None where the quiz does not show it
    to players.
    """

    correct: bool
    share: float
    right: Answer | None
    accepted: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    explanation: str | None = None
    explanation_html: str | None = None
