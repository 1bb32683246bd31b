"""Results of games that are over: what is asked about them, and what teachers decide about them.

What was played stays as it was. What is decided afterwards is kept beside the rows of the game, and
the scores are counted anew from those. The game itself is told of them for what it shows.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from protocol.assessments.points import Points
from protocol.envelope import Message

MAX_ACCEPTED_ANSWER = 500
MAX_FOLDED_BYTES = 2_000
"""Of an accepted answer as it is compared: what an index of PostgreSQL holds."""
MAX_ACCEPTED_AFTERWARDS = 100
"""Of one question of a game."""
MAX_FEEDBACK = 5_000
MAX_GROUPS = 200
"""Groups of typed answers that are told, the largest first."""
MAX_GROUPED = 500
"""Characters of a typed answer; longer ones are counted, and not told."""
MAX_CHANGED = 200
"""Players whose change is told, the best first."""

# Handler: `Address("assessments", "")`. `protocol.permissions` says who may do which. All raise
# NotFoundError for a game, or a question in it, that is not there.


class ListTypedAnswers(Message, frozen=True, kw_only=True, tag="assessments.list_typed_answers"):
    """What was typed for a question, or for one of its blanks. Replies `TypedAnswers`.

    Only whoever may see the questions of the game finds it.
    """

    by: str
    by_role: str
    live_quiz_id: str
    question_index: int
    blank: int = 0


class TypedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that are compared as the same. `answer` is how most of them wrote it.

    `correct` says what it counts as now; None if only a person can grade it.
    """

    answer: str
    count: int
    correct: bool | None


class TypedAnswers(Message, frozen=True, kw_only=True, tag="assessments.typed_answers"):
    """The largest groups; `distinct` is how many there are, `others` how many answers are in none
    of those that are told."""

    groups: tuple[TypedGroup, ...]
    distinct: int
    others: int


class Decision(Message, frozen=True, kw_only=True):
    """Base of what is decided about a question of a game that is over. Replies `Rescored`.

    RefusedError GAME_NOT_FINISHED; ValidationError. `by` is the acting user, `by_role` the user's
    role.
    """

    by: str
    by_role: str
    live_quiz_id: str
    question_index: int


class AcceptAnswer(Decision, frozen=True, kw_only=True, tag="assessments.accept_answer"):
    """Count a typed answer as right too, in the given blank. Twice is once.

    `add_to_quiz`: from now on the quiz's own key accepts it as well.
    """

    answer: str
    blank: int = 0
    add_to_quiz: bool = False


class RemoveAcceptedAnswer(
    Decision, frozen=True, kw_only=True, tag="assessments.remove_accepted_answer"
):
    """Take it back. What the quiz's own key accepts stays. NotFoundError."""

    answer: str
    blank: int = 0


class ScoreEssay(Decision, frozen=True, kw_only=True, tag="assessments.score_essay"):
    """Give points for an answer that only a person can grade. Again changes them.

    From 0 to what the question is worth in the game. A streak goes on over it as before.
    """

    player_id: str
    points: Points
    feedback: str | None = None


class ChangedResult(msgspec.Struct, frozen=True, kw_only=True):
    player_id: str
    nickname: str
    score_before: Points
    score: Points
    rank_before: int
    rank: int


class Rescored(Message, frozen=True, kw_only=True, tag="assessments.rescored"):
    """What a decision has changed. `changed` are the first `MAX_CHANGED` of `scores` players, by
    their new rank; `ranks` players stand elsewhere now."""

    live_quiz_id: str
    question_index: int
    scores: int = 0
    ranks: int = 0
    changed: tuple[ChangedResult, ...] = ()
    added_to_quiz: bool = False


class RecountResults(Message, frozen=True, kw_only=True, tag="assessments.recount_results"):
    """From inside the house: the game has written its board anew, so what was decided about it is
    counted anew. Twice is once. Replies `lifecycle.Done`."""

    live_quiz_id: str


class ShowRecount(Message, frozen=True, kw_only=True, tag="assessments.show_recount"):
    """From inside the house: scores were counted anew, and the game is to show them. Twice is once.

    Replies `lifecycle.Done`, also where the game cannot be told because nothing of it can be read.
    """

    live_quiz_id: str


class LiveQuizRescored(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_rescored"):
    """Domain event: a decision has changed the scores of so many players."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "live_quiz_id", "course_id", "quiz_id", "question_index", "players"}
    )

    by: str
    live_quiz_id: str
    course_id: str
    quiz_id: str | None
    question_index: int
    players: int


DOMAIN_EVENTS: tuple[type[Message], ...] = (LiveQuizRescored,)
"""The events announced to other domains."""
