"""What an attempt asks of a quiz with pools: all questions in none, and some of each pool.

The draw is made once, of the attempt's seed, and kept with what began it: a change of the pools
reaches attempts that begin later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from actors.assessments.answers.shuffles import permutation
from protocol.assessments.attempts.values import Drawing
from protocol.assessments.pools import members
from protocol.assessments.quizzes import Pool, Question
from protocol.records.assessments import QuizVersion


def drawings(pools: Sequence[Pool], questions: Sequence[Question]) -> tuple[Drawing, ...]:
    """What is to be drawn from which questions."""
    return tuple(Drawing(pool.draw, members(pool, questions)) for pool in pools)


def drawn(seed: int, size: int, drawings: Sequence[Drawing]) -> tuple[int, ...] | None:
    """The places of what is asked of `size` questions, in their order; None: there are no pools.

    Each question of a pool is as likely as any other, and independent of what other pools give.
    """
    if not drawings:
        return None
    left_out = set[int]()
    for n, drawing in enumerate(drawings):
        order = permutation(seed, f"pool|{n}", len(drawing.places))
        left_out.update(drawing.places[place] for place in order[drawing.draw :])
    return tuple(place for place in range(size) if place not in left_out)


def asked(version: QuizVersion, drawn: Collection[str] | None) -> tuple[Question, ...]:
    """The questions of a version that were asked, in their order.

    An attempt that was given up before anything of it was written has drawn nothing: the first of
    each pool stand for what it would have.
    """
    if drawn is not None:
        return tuple(question for question in version.questions if question.id in drawn)
    left_out = {
        place for pool in version.pools for place in members(pool, version.questions)[pool.draw :]
    }
    return tuple(q for n, q in enumerate(version.questions) if n not in left_out)
