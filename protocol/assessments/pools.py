"""Pools of a quiz: questions of which each attempt asks some, drawn at random.

A question is in one pool of its quiz at most, which it names; a pool says how many are drawn. All
questions of a pool are worth the same, so the whole is the same for everybody. Games ask all.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from protocol.assessments.editing import EditCommand
from protocol.assessments.quizzes import Pool, Question

MAX_POOLS = 50
MAX_POOL_NAME = 100


class GivenPool(msgspec.Struct, frozen=True, kw_only=True):
    """A pool as somebody wants it to be: `draw` of these questions are asked."""

    name: str
    draw: int
    question_ids: tuple[str, ...]


class SetQuizPools(EditCommand, frozen=True, kw_only=True, tag="assessments.set_quiz_pools"):
    """Put these in the place of all pools of a quiz. Replies `QuizUpdated`.

    Attempts that have begun keep what they have drawn. ValidationError for a question in two pools,
    or of another quiz, for a pool that draws more than it has, or whose questions are not worth the
    same, and for two pools of one name.
    """

    quiz_id: str
    pools: tuple[GivenPool, ...]


def members(pool: Pool, questions: Sequence[Question]) -> tuple[int, ...]:
    """The places of the questions of a pool."""
    return tuple(n for n, question in enumerate(questions) if question.pool == pool.name)


def unfit(pools: Sequence[Pool], questions: Sequence[Question]) -> tuple[str, ...]:
    """The names of pools that cannot be drawn from.

    They draw more than there are, or not all of their questions are worth the same.
    """
    worth = {pool.name: [questions[n].points for n in members(pool, questions)] for pool in pools}
    return tuple(
        pool.name
        for pool in pools
        if len(worth[pool.name]) < pool.draw or len(set(worth[pool.name])) != 1
    )
