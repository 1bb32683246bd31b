"""The records of what is decided about games that are over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import RecountedScore
from protocol.assessments.points import Points
from protocol.assessments.quizzes import AnswerKey, Question
from protocol.assessments.results import Rescored
from protocol.records.common import CourseFacts


class GameFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A game, for rules about its results. `quiz_id` is None if the quiz was deleted."""

    live_quiz_id: str
    course: CourseFacts
    quiz_id: str | None
    finished: bool
    config: LiveConfig


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A typed answer that counts as right too; `folded` as it is compared."""

    answer: str
    folded: str
    blank: int = 0


class PlayedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a game as it was played, and what was decided about it.

    `worth` are the points of all questions of the game by their index. `own_ms` are the times of
    players who had another than `allotted_ms`.
    """

    index: int
    question: Question
    skipped: bool
    allotted_ms: int
    own_ms: Mapping[str, int]
    worth: Sequence[Points]
    accepted: tuple[Accepted, ...] = ()


class Counted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an answer counts now. `scored`: by a person, and so without any say in streaks."""

    correct: bool | None
    points: Points
    scored: bool = False


class PlayedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A player's answer to one question, and what the game gave for this and, where streaks count,
    for all others: `correct` and `points` by the index of the question, from `first` on.

    `recounted` is what is different now. `scored` are the points that a person gave for it.
    """

    player_id: str
    answer: Any
    elapsed_ms: int
    first: int
    correct: Sequence[bool | None]
    points: Sequence[Points]
    recounted: Mapping[int, Counted] = {}
    scored: Points | None = None


class Recount(msgspec.Struct, frozen=True, kw_only=True):
    """How much more (or less) a player's row has, and what is different from the game now."""

    player_id: str
    score: Points
    correct: int
    recounted: Mapping[int, Counted]


class EssayScore(msgspec.Struct, frozen=True, kw_only=True):
    player_id: str
    points: Points
    feedback: str | None


class Recounting(Protocol):
    """How results are counted anew. Called in threads, with some hundreds of answers."""

    def affected(
        self, config: LiveConfig, played: PlayedQuestion, answers: Sequence[PlayedAnswer]
    ) -> Sequence[PlayedAnswer]:
        """Those that count something else than the game gave, or have done so far."""
        ...

    def recounts(
        self, config: LiveConfig, played: PlayedQuestion, answers: Sequence[PlayedAnswer]
    ) -> Sequence[Recount]:
        """The rows that change."""
        ...


class PracticeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A game and a user, for the rule about practice.

    `played`: the user is on its board. `studies`: enrolled in the course. `allowed` and `explained`
    are what the quiz says now; False if it was deleted.
    """

    game: GameFacts
    played: bool
    studies: bool
    allowed: bool
    explained: bool


ResultRule = Callable[[GameFacts], None]
PracticeRule = Callable[[PracticeFacts], None]
AcceptRule = Callable[[PlayedQuestion], Accepted]
"""What is to be kept; one that is already among the accepted is kept once."""
KeyRule = Callable[[Question], AnswerKey]
"""The key of a question of the quiz, with the accepted answer in it."""
EssayRule = Callable[[LiveConfig, PlayedQuestion], EssayScore]


class NewDecision(msgspec.Struct, frozen=True, kw_only=True):
    """About which question of which game, by whom, and who may."""

    live_quiz_id: str
    question_index: int
    by: str
    at: int
    rule: ResultRule


class PlayedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, each text with how often, the most frequent first.

    `others` were too long, or are beyond what is read.
    """

    played: PlayedQuestion
    texts: Sequence[tuple[str, int]]
    others: int


class ResultRecords(Protocol):
    """Results of games, and what is decided about them once they are over.

    Decisions about one game come one after the other. Each is audited, and announced as
    `LiveQuizRescored` where it changes a score. All raise `NotFoundError` for a game, or for a
    question that was not revealed in it.
    """

    async def typed(
        self, live_quiz_id: str, question_index: int, blank: int, rule: ResultRule
    ) -> PlayedTexts:
        """What was typed for a question, or for a blank of it."""
        ...

    async def practised(
        self, live_quiz_id: str, question_index: int, user_id: str, rule: PracticeRule
    ) -> tuple[PracticeFacts, PlayedQuestion]:
        """The facts about a user's practice, and a question of it."""
        ...

    async def accept(
        self,
        decision: NewDecision,
        accept: AcceptRule,
        to_quiz: KeyRule | None,
        recounting: Recounting,
    ) -> Rescored:
        """Keep an accepted answer and count the results anew.

        `to_quiz` makes the key of the question in the quiz, if there still is one.
        """
        ...

    async def remove_accepted(
        self, decision: NewDecision, accept: AcceptRule, recounting: Recounting
    ) -> Rescored:
        """Forget an accepted answer. `NotFoundError` if it is not accepted."""
        ...

    async def score_essay(
        self, decision: NewDecision, score: EssayRule, recounting: Recounting
    ) -> Rescored:
        """Keep the score of an answer. `NotFoundError` for a player who has not answered."""
        ...

    async def recount(self, live_quiz_id: str, recounting: Recounting) -> None:
        """Count the results anew by everything that was decided."""
        ...

    async def recounted(self, live_quiz_id: str) -> Sequence[RecountedScore]:
        """The scores that are not as they were played; none for a game that is gone."""
