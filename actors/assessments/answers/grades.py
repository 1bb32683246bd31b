"""What an answer is found to be: so many of equal parts."""

from __future__ import annotations

from typing import NamedTuple

from protocol.assessments.quizzes import ROUNDING, WHOLE

OPEN = -1
"""In the answer to a matching: nothing is chosen for this prompt yet."""


class Grade(NamedTuple):
    """`right` of `of` equal parts were right; where only all of it can be, there is one."""

    right: int
    of: int

    @property
    def correct(self) -> bool:
        """Whether the whole answer was right."""
        return self.right == self.of


def part(weight: int) -> Grade:
    """A weight in parts of `WHOLE` as a grade; weights that are added up may be beyond it."""
    return Grade(WHOLE if weight >= WHOLE - ROUNDING else max(weight, -WHOLE), WHOLE)
